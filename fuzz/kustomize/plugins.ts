import { printYaml, type Made, type MadeMapping } from '../yaml-text.ts';
import type { Random } from '../random.ts';
import { IMAGES, nameOf, NAMESPACES, pairs } from './object-pool.ts';
import type { Draft } from './draft.ts';
import { generatorEntry } from './generators.ts';
import { jsonPatch } from './json-patches.ts';
import { patchEntry, strategicEntry } from './patches.ts';
import { replacement } from './replacements.ts';
import { namedSelector, selector } from './selectors.ts';
import { fieldSpecs } from './field-specs.ts';

type Configure = (random: Random, draft: Draft) => MadeMapping;

const TRANSFORMERS: readonly (readonly [kind: string, Configure])[] = [
  ['PrefixTransformer', (random) => ({ prefix: 'pre-', fieldSpecs: fieldSpecs(random, ['metadata/name']) })],
  ['SuffixTransformer', (random) => ({ suffix: '-suf', fieldSpecs: fieldSpecs(random, ['metadata/name']) })],
  [
    'PrefixSuffixTransformer',
    (random) => ({ prefix: 'ps-', suffix: '-ps', fieldSpecs: fieldSpecs(random, ['metadata/name']) }),
  ],
  [
    'NamespaceTransformer',
    (random) => ({
      metadata: { name: 'plugin', namespace: random.pick(NAMESPACES) },
      unsetOnly: random.maybe(0.4, () => random.chance(0.7)),
      setRoleBindingSubjects: random.maybe(0.4, () => random.pick(['none', 'defaultOnly', 'allServiceAccounts'])),
      fieldSpecs: random.maybe(0.7, () => fieldSpecs(random, ['metadata/name', 'spec/service/namespace'])),
    }),
  ],
  [
    'LabelTransformer',
    (random) => ({
      labels: pairs(random),
      fieldSpecs: fieldSpecs(random, ['metadata/labels', 'spec/selector/matchLabels']),
    }),
  ],
  [
    'AnnotationsTransformer',
    (random) => ({ annotations: pairs(random), fieldSpecs: fieldSpecs(random, ['metadata/annotations']) }),
  ],
  [
    'ReplicaCountTransformer',
    (random) => ({
      replica: { name: nameOf(random), count: random.pick([0, 4]) },
      fieldSpecs: fieldSpecs(random, ['spec/replicas']),
    }),
  ],
  [
    'ImageTagTransformer',
    (random) => ({
      imageTag: { name: 'nginx', newTag: 'new', newName: random.maybe(0.3, () => 'other') },
      fieldSpecs: fieldSpecs(random, ['spec/template/spec/containers[]/image', 'spec/containers/image']),
    }),
  ],
  ['PatchTransformer', (random, draft) => patchEntry(random, draft)],
  [
    'PatchStrategicMergeTransformer',
    (random, draft) =>
      random.chance(0.5) ? { paths: [strategicEntry(random, draft)] } : { patches: strategicEntry(random, draft) },
  ],
  [
    'PatchJson6902Transformer',
    (random, draft) => ({ target: namedSelector(random, draft.known), jsonOp: jsonPatch(random, draft.changesKinds) }),
  ],
  ['ReplacementTransformer', (random, draft) => ({ replacements: [replacement(random, draft.known)] })],
  ['HashTransformer', () => ({})],
  [
    'ValueAddTransformer',
    (random, draft) => ({
      value: 'added',
      targets: [
        {
          fieldPath: random.pick(['metadata/namespace', 'spec/size', 'metadata/labels/app']),
          selector: random.maybe(0.5, () => selector(random, draft.known)),
        },
      ],
    }),
  ],
  ['NoSuchTransformer', () => ({})],
];

/** An entry of `transformers` or `validators`: one of the built-in plugins, in a file or as text. */
export function transformerEntry(
  random: Random,
  draft: Draft,
  role: 'transformer' | 'validator' = 'transformer',
): string {
  // Of a patch that changes nothing kustomize says that it does, since it compares lines and columns too.
  const plugins = TRANSFORMERS.filter(([kind]) => role === 'transformer' || !kind.startsWith('Patch'));
  const [kind, configure] = random.slip(0.02)
    ? (plugins.at(-1) ?? random.pick(plugins))
    : random.pick(plugins.slice(0, -1));
  return entry(random, draft, { kind, ...configure(random, draft) }, 'transformer');
}

/** An entry of `generators`. */
export function externalGenerator(random: Random, draft: Draft): string {
  const kind = random.pick(['ConfigMap', 'Secret'] as const);
  const { options: _, name, namespace, ...rest } = generatorEntry(random, draft, kind);
  const inSpec = random.chance(0.3);
  const config = inSpec ? { name, namespace, ...rest } : rest;
  const metadata = { name: name ?? 'made', namespace: inSpec ? undefined : namespace };
  return entry(random, draft, { kind: `${kind}Generator`, metadata, ...config }, 'generator');
}

function entry(random: Random, draft: Draft, config: MadeMapping & { readonly kind: string }, name: string): string {
  const apiVersion = random.slip(0.02) ? 'example.com/v1' : 'builtin';
  const metadata: Made = config['metadata'] ?? { name: `plugin-${random.below(1000)}` };
  const text = printYaml({ apiVersion, ...config, metadata }, random);
  return random.chance(0.3) ? text : draft.addFile(random, name, text);
}

/** Images of which the name is one that pods use. */
export function imageEntry(random: Random): MadeMapping {
  const name = random.chance(0.8)
    ? (random.pick(IMAGES).split(/[:@$]/)[0] ?? 'nginx')
    : random.pick(['nginx', 'my/.*', 'registry.local:5000/nginx', 'missing', '(', '.*']);
  return {
    name: random.slip(0.01) ? undefined : name,
    newName: random.maybe(0.4, () => random.pick(['new/name', 'reg:5000/n', ''])),
    newTag: random.maybe(0.5, () => random.pick(['v2', '', '1.0', '7'])),
    digest: random.maybe(0.25, () => random.pick(['sha256:def', 'abc', ''])),
    tagSuffix: random.maybe(0.15, () => '-alpine'),
  };
}
