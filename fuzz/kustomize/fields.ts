import { oddScalar } from '../odd-scalars.ts';
import type { Made } from '../yaml-text.ts';
import type { Random } from '../random.ts';
import type { Draft } from './draft.ts';
import { configurationFile, crdsFile, fieldSpecs, schemaFile } from './field-specs.ts';
import { generatorEntry, generatorOptions } from './generators.ts';
import { nameOf, NAMESPACES, pairs } from './object-pool.ts';
import { json6902Entry, patchEntry, strategicEntry } from './patches.ts';
import { externalGenerator, imageEntry, transformerEntry } from './plugins.ts';
import { replacementEntry } from './replacements.ts';

/** How a field of a kustomization is made, and how often it stands there. */
interface Field {
  readonly share: number;
  readonly make: (random: Random, draft: Draft) => Made;
}

const KINDS = ['Namespace', 'Deployment', 'Service', 'ConfigMap', 'Widget', 'Secret', 'Nothing'];

function variable(random: Random, draft: Draft): Made {
  const of = draft.known.length > 0 && random.chance(0.95) ? random.pick(draft.known) : undefined;
  return {
    name: random.slip(0.1) ? 'NAME' : (draft.freeVariables.shift() ?? 'OTHER'),
    objref: {
      kind: of?.kind ?? 'Service',
      name: random.pick([of?.name ?? 'app', of?.now ?? 'app']),
      apiVersion: of?.apiVersion ?? 'v1',
      namespace: random.maybe(0.15, () => of?.namespace ?? 'prod'),
    },
    fieldref: random.maybe(0.6, () => ({
      fieldPath:
        random.wildness === 0
          ? random.pick(['metadata.name', 'kind', 'metadata.name'])
          : random.pick([
              'metadata.name',
              'spec.ports[0].port',
              'spec.replicas',
              'data.k',
              'metadata.namespace',
              'spec.template.spec.containers[0].image',
              'spec',
              'metadata.labels.app',
              'spec.size',
            ]),
    })),
  };
}

/** The fields of a kustomization but for resources, bases and components, which the overlay itself makes. */
export const fields = {
  namePrefix: {
    share: 0.2,
    make: (random) => (random.slip(0.03) ? oddScalar(random) : random.pick(['pre-', 'a-', 'x'])),
  },
  nameSuffix: { share: 0.15, make: (random) => random.pick(['-suf', '-z', '.1']) },
  namespace: { share: 0.2, make: (random) => random.pick([...NAMESPACES, 'other', '']) },
  commonLabels: { share: 0.12, make: (random) => (random.slip(0.03) ? { app: oddScalar(random) } : pairs(random)) },
  commonAnnotations: {
    share: 0.12,
    make: (random) => (random.slip(0.05) ? { note: oddScalar(random) } : { ...pairs(random), note: 'all' }),
  },
  labels: {
    share: 0.18,
    make: (random) =>
      random.list(1, 2, () => ({
        pairs: random.maybe(0.97, () => pairs(random)),
        includeSelectors: random.maybe(0.4, () => random.chance(0.8)),
        includeTemplates: random.maybe(0.4, () => random.chance(0.8)),
        fields: random.maybe(0.2, () => fieldSpecs(random, ['spec/nested/labels', 'spec/other/labels'])),
      })),
  },
  patches: { share: 0.35, make: (random, draft) => random.list(1, 3, () => patchEntry(random, draft)) },
  patchesStrategicMerge: {
    share: 0.12,
    make: (random, draft) => random.list(1, 2, () => strategicEntry(random, draft)),
  },
  patchesJson6902: { share: 0.1, make: (random, draft) => random.list(1, 2, () => json6902Entry(random, draft)) },
  images: { share: 0.18, make: (random) => random.list(1, 2, () => imageEntry(random)) },
  imageTags: { share: 0.03, make: (random) => [imageEntry(random)] },
  replicas: {
    share: 0.08,
    make: (random, draft) => {
      const scaled = draft.known.filter(({ kind }) => /Deployment|StatefulSet|Controller/.test(kind));
      const name = scaled.length > 0 && !random.slip(0.1) ? random.pick(scaled).name : nameOf(random);
      if (scaled.length === 0 && random.wildness === 0) return [];
      return [{ name, count: random.slip(0.1) ? oddScalar(random) : random.pick([0, 1, 5]) }];
    },
  },
  replacements: { share: 0.22, make: (random, draft) => random.list(1, 2, () => replacementEntry(random, draft)) },
  vars: { share: 0.12, make: (random, draft) => random.list(1, 2, () => variable(random, draft)) },
  configMapGenerator: {
    share: 0.25,
    make: (random, draft) => random.list(1, 2, () => generatorEntry(random, draft, 'ConfigMap')),
  },
  secretGenerator: {
    share: 0.18,
    make: (random, draft) => random.list(1, 2, () => generatorEntry(random, draft, 'Secret')),
  },
  generatorOptions: { share: 0.12, make: (random) => generatorOptions(random) },
  configurations: { share: 0.1, make: (random, draft) => [configurationFile(random, draft)] },
  crds: { share: 0.05, make: (random, draft) => [crdsFile(random, draft)] },
  openapi: {
    share: 0.05,
    make: (random, draft) =>
      random.chance(0.8) ? { path: schemaFile(random, draft) } : { version: random.slip(0.2) ? 'v1.20.4' : 'v1.21.2' },
  },
  generators: { share: 0.08, make: (random, draft) => random.list(1, 2, () => externalGenerator(random, draft)) },
  transformers: { share: 0.15, make: (random, draft) => random.list(1, 2, () => transformerEntry(random, draft)) },
  validators: { share: 0.04, make: (random, draft) => [transformerEntry(random, draft, 'validator')] },
  sortOptions: {
    share: 0.1,
    make: (random) => ({
      order: random.maybe(0.95, () => (random.slip(0.05) ? 'odd' : 'legacy')),
      legacySortOptions: random.maybe(0.5, () => ({
        orderFirst: random.some(KINDS, 0.3),
        orderLast: random.some(KINDS, 0.3),
      })),
    }),
  },
  buildMetadata: {
    share: 0.15,
    make: (random) => random.some(['managedByLabel', 'originAnnotations', 'transformerAnnotations'], 0.6),
  },
  metadata: { share: 0.03, make: (random) => ({ name: 'arbitrary', labels: random.maybe(0.5, () => pairs(random)) }) },
} as const satisfies Readonly<Record<string, Field>>;

/** The name of a field that overlays are made of. */
export type FieldName = keyof typeof fields;
