import type { BuildContext } from './build-context.ts';
import { readConfigFile } from './documents.ts';
import type { FieldSpec } from './field-spec.ts';
import { generateIamPolicy, iamPolicyFields } from './iam-policy.ts';
import type { WrittenFieldSpec } from './kustomization.ts';
import {
  fieldSpecFields,
  generatorFields,
  imageFields,
  patchFields,
  replacementFields,
  selectorFields,
} from './kustomization-fields.ts';
import { invalid } from './problem.ts';
import type { ResourceMap } from './resource-map.ts';
import type { Resource } from './resource.ts';
import { readLoosely, type Fields, type ReadFields } from './shape.ts';
import { jsonPatchStep, patchStep, replacementStep, strategicMergeStep, toFieldSpec } from './steps.ts';
import { generateOne, kustomizationPath, readerOf, type Target } from './target.ts';
import { addAffix } from './transformers/affix.ts';
import { addHashes } from './transformers/hashes.ts';
import { changeImages } from './transformers/images.ts';
import { isSubjectMode, setNamespace } from './transformers/namespace.ts';
import { setPairs } from './transformers/pairs.ts';
import { setReplicas } from './transformers/replicas.ts';
import { field } from './value.ts';
import { addValue, readValueAddTargets } from './transformers/value-add.ts';

/** A built-in plugin that is being set up, and where. */
interface Setup {
  readonly context: BuildContext;
  readonly target: Target;
  readonly config: Resource;
}

type Transform = (map: ResourceMap) => void;
type Plugin<Result> = (setup: Setup) => Result;

/** A plugin whose configuration is read by `fields`, as Go reads it into the plugin's type. */
function reading<const Known extends Fields, Result>(
  fields: Known,
  make: (read: ReadFields<Known>, setup: Setup) => Result,
  exact = false,
): Plugin<Result> {
  return (setup) => {
    const { config, target } = setup;
    return make(readLoosely(config.object, fields, `${kustomizationPath(target)}: ${config.kind}`, exact), setup);
  };
}

const fieldSpecs = { list: { fields: fieldSpecFields } } as const;
/** Names, labels and annotations of a configuration, where kustomize reads all of them into its own type. */
const metadata = {
  fields: { name: 'string', namespace: 'string', labels: 'texts', annotations: 'texts' },
} as const;
const specsOf = (written: readonly WrittenFieldSpec[] | undefined): FieldSpec[] => (written ?? []).map(toFieldSpec);

/** Prefixes and suffixes are nothing without the fields that they are for. */
function affix(kind: 'prefix' | 'suffix'): Plugin<Transform> {
  return reading(
    { prefix: 'string', suffix: 'string', fieldSpecs },
    (read, { target, config }) => {
      if (read.fieldSpecs === undefined)
        throw invalid(`${kustomizationPath(target)}: fieldSpecs is not expected to be nil`);
      // Of these two plugins null is no field spec; of others it is one of an empty path.
      const written = field(config.object, 'fieldSpecs');
      const specs = specsOf(read.fieldSpecs.filter((_, index) => !Array.isArray(written) || written[index] !== null));
      return (map) => addAffix(map, kind, read[kind] ?? '', specs);
    },
    true,
  );
}

const valueAddTarget = {
  selector: { fields: selectorFields },
  fieldPath: 'string',
  filePathPosition: 'integer',
} as const satisfies Fields;
const valueAddTargets = { targets: { list: { fields: valueAddTarget } } } as const satisfies Fields;

const valueAdd = reading(
  { ...valueAddTargets, value: 'string', targetFilePath: 'string' },
  ({ value = '', targets = [], targetFilePath: path = '' }, { context, target }): Transform => {
    const more =
      path === ''
        ? []
        : (readLoosely(readConfigFile(readerOf(context, target)(path), path), valueAddTargets, path).targets ?? []);
    const all = readValueAddTargets([...targets, ...more]);
    if (all.length === 0) throw invalid(`${kustomizationPath(target)}: must specify at least one target`);
    // Without a value, the folder's name stands for it.
    const text = value.trim() || target.folder.slice(target.folder.lastIndexOf('/') + 1) || '/';
    return (map) => addValue(map, text, all);
  },
);

/** What each built-in transformer does, by the kind of its configuration. */
export const builtinTransformers: Readonly<Record<string, Plugin<Transform>>> = {
  NamespaceTransformer: reading(
    { metadata, fieldSpecs, unsetOnly: 'boolean', setRoleBindingSubjects: 'string' },
    ({ unsetOnly = false, setRoleBindingSubjects: written = '', ...read }, { config: { namespace } }) => {
      const subjects = written === '' ? 'defaultOnly' : written;
      if (!isSubjectMode(subjects)) {
        throw invalid(
          `invalid value "${subjects}" for setRoleBindingSubjects: must be one of "defaultOnly", "none" or "allServiceAccounts"`,
        );
      }
      const options = { namespace, fieldSpecs: specsOf(read.fieldSpecs), unsetOnly, subjects };
      return (map) => setNamespace(map, options);
    },
  ),
  PrefixTransformer: affix('prefix'),
  SuffixTransformer: affix('suffix'),
  PrefixSuffixTransformer: (setup) => {
    const both = [affix('prefix')(setup), affix('suffix')(setup)];
    return (map) => both.forEach((run) => run(map));
  },
  LabelTransformer: reading({ labels: 'texts', fieldSpecs }, ({ labels = {}, ...read }) => {
    const specs = specsOf(read.fieldSpecs);
    return (map) => setPairs(map, labels, specs);
  }),
  AnnotationsTransformer: reading({ annotations: 'texts', fieldSpecs }, ({ annotations = {}, ...read }) => {
    const specs = specsOf(read.fieldSpecs);
    return (map) => setPairs(map, annotations, specs);
  }),
  ReplicaCountTransformer: reading(
    { replica: { fields: { name: 'string', count: 'integer' } }, fieldSpecs },
    ({ replica: { name = '', count = 0 } = {}, ...read }) => {
      const specs = specsOf(read.fieldSpecs);
      return (map) => setReplicas(map, name, count, specs);
    },
  ),
  ImageTagTransformer: reading({ imageTag: { fields: imageFields }, fieldSpecs }, ({ imageTag = {}, ...read }) => {
    const specs = specsOf(read.fieldSpecs);
    return (map) => changeImages(map, imageTag, specs);
  }),
  HashTransformer: () => addHashes,
  PatchTransformer: reading(patchFields, (read, { context, target }) => patchStep(context, target, read).run),
  PatchStrategicMergeTransformer: reading(
    { paths: 'strings', patches: 'string' },
    ({ paths = [], patches = '' }, { context, target }) => strategicMergeStep(context, target, paths, patches).run,
  ),
  PatchJson6902Transformer: reading(
    { target: { fields: selectorFields }, path: 'string', jsonOp: 'string' },
    ({ jsonOp = '', ...read }, { context, target }) => jsonPatchStep(context, target, { ...read, patch: jsonOp }).run,
  ),
  ValueAddTransformer: valueAdd,
  ReplacementTransformer: reading(
    { replacements: { list: { fields: replacementFields } } },
    ({ replacements = [] }, { context, target }) => replacementStep(context, target, replacements).run,
  ),
};

function dataGenerator(kind: 'ConfigMap' | 'Secret'): Plugin<Resource> {
  const fields = { ...generatorFields, metadata, type: 'string' } as const;
  return reading(fields, ({ name = '', namespace = '', metadata: _, ...read }, setup) => {
    const { context, target, config } = setup;
    const args = { ...read, name: name || config.name, namespace: namespace || config.namespace };
    return generateOne(context, withoutOptions(target), kind, args);
  });
}

/** `generatorOptions` hold for the fields of a kustomization, not for generators in files of their own. */
function withoutOptions(target: Target): Target {
  const { generatorOptions: _, ...kustomization } = target.found.kustomization;
  return { ...target, found: { ...target.found, kustomization } };
}

/** What each built-in generator makes, by the kind of its configuration. */
export const builtinGenerators: Readonly<Record<string, Plugin<Resource>>> = {
  ConfigMapGenerator: dataGenerator('ConfigMap'),
  SecretGenerator: dataGenerator('Secret'),
  IAMPolicyGenerator: reading(iamPolicyFields, (read, { config: { place } }) => generateIamPolicy(read, place)),
};
