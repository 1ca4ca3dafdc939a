import { isCapstanError, messageOf } from '@capstan/errors';
import { isJsonObject } from '@capstan/object';
import { decodeUtf8 } from './bytes.ts';
import type { BuildContext } from './build-context.ts';
import { readConfigFile, readPatchDocument, readResources } from './documents.ts';
import { fieldSpec, mergeFieldSpecs, type FieldSpec } from './field-spec.ts';
import type { LabelArgs, PatchArgs, ReplacementArgs, WrittenFieldSpec } from './kustomization.ts';
import { replacementFileFields } from './kustomization-fields.ts';
import {
  mergeById,
  mergeIntoSelected,
  parsePatch,
  patchSelected,
  type PatchText,
  type SchemaAtHand,
} from './patches.ts';
import { invalid } from './problem.ts';
import type { ResourceMap } from './resource-map.ts';
import type { Origin, Resource } from './resource.ts';
import { selectResources } from './selector.ts';
import { readLoosely } from './shape.ts';
import { kustomizationPath, readerOf, type Target } from './target.ts';
import type { TransformerConfig } from './transformer-config.ts';
import { addAffix } from './transformers/affix.ts';
import { changeImages } from './transformers/images.ts';
import { setNamespace } from './transformers/namespace.ts';
import { setPairs } from './transformers/pairs.ts';
import { replaceValues } from './transformers/replacements.ts';
import { setReplicas } from './transformers/replicas.ts';

/** One transformation, with the name under which kustomize knows it. */
export interface Step {
  readonly kind: string;
  readonly run: (map: ResourceMap) => void;
}

/** Runs transformations in order, noting each on the resources when origins are kept. */
export function runSteps(map: ResourceMap, steps: readonly Step[], origin: (kind: string) => Origin | undefined): void {
  for (const step of steps) {
    step.run(map);
    const by = origin(step.kind);
    if (by !== undefined) {
      for (const resource of map.list) {
        if (resource.origin === undefined) resource.origin = by;
        else resource.transformations.push(by);
        // Kustomize notes it among the annotations, which it writes anew.
        if (!resource.isEmpty) resource.setTexts('annotations', resource.texts('annotations'));
      }
    }
    map.dropEmpty();
  }
}

/** The transformations that the fields of a kustomization ask for, in kustomize's order. */
export function builtinTransformers(context: BuildContext, target: Target, config: TransformerConfig): Step[] {
  const { kustomization } = target.found;
  const steps: Step[] = [];
  const add = (kind: string, run: (map: ResourceMap) => void) => steps.push({ kind, run });
  const { patchesStrategicMerge: merges, namespace, namePrefix, nameSuffix, commonAnnotations } = kustomization;
  if (merges.length > 0) steps.push(strategicMergeStep(context, target, merges));
  for (const patch of kustomization.patches) steps.push(patchStep(context, target, patch));
  if (namespace !== '') {
    add('NamespaceTransformer', (map) => setNamespace(map, { namespace, fieldSpecs: config.namespace }));
  }
  if (namePrefix !== '') add('PrefixTransformer', (map) => addAffix(map, 'prefix', namePrefix, config.namePrefix));
  if (nameSuffix !== '') add('SuffixTransformer', (map) => addAffix(map, 'suffix', nameSuffix, config.nameSuffix));
  addLabels(add, target, config);
  if (Object.keys(commonAnnotations).length > 0) {
    add('AnnotationsTransformer', (map) => setPairs(map, commonAnnotations, config.commonAnnotations));
  }
  for (const patch of kustomization.patchesJson6902) steps.push(jsonPatchStep(context, target, patch));
  for (const { name = '', count = 0 } of kustomization.replicas) {
    add('ReplicaCountTransformer', (map) => setReplicas(map, name, count, config.replicas));
  }
  for (const image of kustomization.images)
    add('ImageTagTransformer', (map) => changeImages(map, image, config.images));
  if (kustomization.replacements.length > 0) steps.push(replacementStep(context, target, kustomization.replacements));
  return steps;
}

function addLabels(
  add: (kind: string, run: (map: ResourceMap) => void) => void,
  target: Target,
  config: TransformerConfig,
): void {
  const { labels, commonLabels } = target.found.kustomization;
  if (labels.length === 0 && Object.keys(commonLabels).length === 0) return;
  for (const label of labels) {
    const specs = labelSpecs(label, config);
    add('LabelTransformer', (map) => setPairs(map, label.pairs ?? {}, specs));
  }
  add('LabelTransformer', (map) => setPairs(map, commonLabels, config.commonLabels));
}

function labelSpecs(label: LabelArgs, config: TransformerConfig): FieldSpec[] {
  const own = mergeFieldSpecs((label.fields ?? []).map(toFieldSpec), config.labels);
  if (label.includeSelectors === true) return mergeFieldSpecs(own, config.commonLabels);
  const templates = label.includeTemplates === true ? mergeFieldSpecs(own, config.templateLabels) : own;
  return mergeFieldSpecs(templates, [fieldSpec('metadata/labels', {}, true)]);
}

/** A field spec as it is written, with its defaults. */
export function toFieldSpec(written: WrittenFieldSpec): FieldSpec {
  return fieldSpec(written.path ?? '', written, written.create === true);
}

/** Strategic merge patches, each a file or a text. */
export function strategicMergeStep(
  context: BuildContext,
  target: Target,
  merges: readonly string[],
  inline = '',
): Step {
  const path = kustomizationPath(target);
  const patches = [
    ...merges.flatMap((entry) => {
      try {
        return readResources(entry, path, context.schema);
      } catch (error) {
        if (!isCapstanError(error)) throw error;
        return readResources(readText(context, target, entry), entry, context.schema);
      }
    }),
    ...(inline === '' ? [] : readResources(inline, path, context.schema)),
  ];
  if (patches.length === 0) throw invalid(`${path}: patchesStrategicMerge: the patches appear to be empty`, { path });
  return { kind: 'PatchStrategicMergeTransformer', run: (map) => mergeById(map, patches, true, context.schema) };
}

function readText(context: BuildContext, target: Target, path: string): string {
  const text = decodeUtf8(readerOf(context, target)(path));
  if (text === undefined) throw invalid(`${path} is not valid UTF-8`, { path });
  return text;
}

/** An entry of `patches`: a strategic merge patch or a JSON patch. */
export function patchStep(context: BuildContext, target: Target, args: PatchArgs): Step {
  const file = kustomizationPath(target);
  const inline = (args.patch ?? '').trim();
  const path = args.path ?? '';
  if (inline === '' && path === '') throw invalid(`${file}: must specify one of patch and path`, { path: file });
  if (inline !== '' && path !== '') {
    throw invalid(`${file}: patch and path can't be set at the same time`, { path: file });
  }
  const source: PatchText =
    inline !== ''
      ? { text: inline, path: file, label: `an inline patch in ${file}` }
      : { text: readText(context, target, path), path, label: `[path: "${path}"]` };
  const parsed = parsePatch(source, context.schema);
  const kind = 'PatchTransformer';
  if (parsed.kind === 'json') {
    const select = args.target;
    if (select === undefined) {
      return {
        kind,
        run: () => {
          throw invalid(`${file}: must specify a target for JSON patch ${source.label}`, { path: file });
        },
      };
    }
    return { kind, run: (map) => patchSelected(map, select, parsed.operations, true, source.label) };
  }
  for (const patch of parsed.patches) {
    patch.allowNameChange = args.options?.allowNameChange === true;
    patch.allowKindChange = args.options?.allowKindChange === true;
    // Kustomize notes both in annotations, and makes texts of all of them as it does.
    if (patch.allowNameChange || patch.allowKindChange) {
      patch.setTexts('annotations', patch.texts('annotations'));
    }
  }
  return { kind, run: (map) => runMerge(map, parsed.patches, args, source, file, context.schema) };
}

function runMerge(
  map: ResourceMap,
  patches: readonly Resource[],
  args: PatchArgs,
  source: PatchText,
  file: string,
  schema: SchemaAtHand,
): void {
  const [first] = patches;
  if (args.target === undefined || first === undefined) {
    mergeById(map, patches, false, schema);
    return;
  }
  if (patches.length > 1) {
    throw invalid(
      `${file}: Multiple Strategic-Merge Patches in one \`patches\` entry is not allowed to set \`patches.target\` field: ${source.label}`,
      { path: file },
    );
  }
  mergeIntoSelected(map, selectResources(map.list, args.target), first, schema);
}

/** An entry of `patchesJson6902`. */
export function jsonPatchStep(context: BuildContext, target: Target, args: PatchArgs): Step {
  const file = kustomizationPath(target);
  const select = args.target;
  if (select === undefined || (select.name ?? '') === '') {
    throw invalid(`${file}: patchesJson6902: must specify the target name`, { path: file });
  }
  const path = args.path ?? '';
  if (path === '' && (args.patch ?? '') === '') {
    throw invalid(`${file}: patchesJson6902: empty file path and empty jsonOp`, { path: file });
  }
  if (path !== '' && (args.patch ?? '') !== '') {
    throw invalid(`${file}: patchesJson6902: must specify a file path or jsonOp, not both`, { path: file });
  }
  const text = path === '' ? (args.patch ?? '') : readText(context, target, path);
  const operations = readPatchDocument(text, path === '' ? file : path);
  if (operations === undefined || operations.length === 0) {
    throw invalid(`${file}: patchesJson6902: the patch for ${select.name ?? ''} cannot be read or is empty`, {
      path: file,
    });
  }
  return {
    kind: 'PatchJson6902Transformer',
    run: (map) => patchSelected(map, select, operations, false, `patchesJson6902 in ${file}`),
  };
}

/** `replacements`, those in files of their own included. */
export function replacementStep(context: BuildContext, target: Target, written: readonly ReplacementArgs[]): Step {
  const file = kustomizationPath(target);
  const replacements = written.flatMap((entry): readonly ReplacementArgs[] => {
    const path = entry.path ?? '';
    if (path === '') return [entry];
    if (entry.source !== undefined || (entry.targets ?? []).length > 0) {
      throw invalid(`${file}: cannot specify both path and inline replacement`, { path: file });
    }
    const value = readConfigFile(readText(context, target, path), path);
    const list = Array.isArray(value) ? (value as readonly (typeof value)[]) : [value];
    return list.map((item) => {
      if (isJsonObject(item)) return readLoosely(item, replacementFileFields, path);
      throw invalid(`${path}: a replacement must be a mapping, or a list of them`, { path });
    });
  });
  return {
    kind: 'ReplacementTransformer',
    run: (map) => {
      try {
        replaceValues(map, replacements);
      } catch (error) {
        if (!isCapstanError(error, 'RENDER_INVALID')) throw error;
        throw invalid(`${file}: replacements: ${messageOf(error)}`, { path: file }, error);
      }
    },
  };
}
