import { printYaml, type Made, type MadeMapping } from '../yaml-text.ts';
import type { Random } from '../random.ts';
import type { Draft } from './draft.ts';

const PATHS = [
  ...[
    'metadata/labels',
    'metadata/annotations',
    'metadata/name',
    'spec/size',
    'spec/ref/name',
    'spec/template/metadata/labels',
  ],
  ...[
    'spec/items/name',
    'spec/items[]/value',
    'spec/nested/a',
    'spec/new/field',
    'data/k',
    'spec/selector',
    'spec/template/spec/containers[]/image',
  ],
  ...['metadata/annotations/a.b\\/c', 'spec/list', 'spec/replicas', '/spec/size'],
];
const KINDS = ['Deployment', 'Widget', 'ConfigMap', 'Service', 'Gadget', 'StatefulSet', 'Nothing'];

/** A field spec: a path, of some kind or of all. */
export function fieldSpec(random: Random, wanted: readonly string[] = []): MadeMapping {
  const path = wanted.length > 0 && random.chance(0.8) ? random.pick(wanted) : random.pick(PATHS);
  // Of a field that the built-in specs name, too, those that differ in `create` are refused.
  const usual = /(abels|annotations|replicas|selector)$/.test(path);
  const known = usual || wanted.includes(path) || path === 'metadata/name';
  return {
    path,
    kind: random.maybe(0.5, () => random.pick(KINDS)),
    group: random.maybe(0.15, () => random.pick(['apps', 'example.com', ''])),
    version: random.maybe(0.1, () => random.pick(['v1', 'v2'])),
    create: (known && !random.slip(0.2) ? usual : random.chance(0.4)) || undefined,
  };
}

/** A few field specs. */
export function fieldSpecs(random: Random, wanted: readonly string[] = []): Made {
  return random.list(1, 2, () => fieldSpec(random, wanted));
}

/** A file for `configurations`. */
export function configurationFile(random: Random, draft: Draft): string {
  const part = (share: number, ...wanted: string[]) => random.maybe(share, () => fieldSpecs(random, wanted));
  const config: MadeMapping = {
    namePrefix: part(0.2, 'metadata/name'),
    nameSuffix: part(0.1, 'metadata/name'),
    namespace: part(0.2, 'metadata/namespace', 'spec/ref/namespace'),
    commonLabels: part(0.2, 'spec/selector/matchLabels'),
    labels: part(0.1, 'metadata/labels'),
    templateLabels: part(0.1),
    commonAnnotations: part(0.2),
    nameReference: random.maybe(0.4, () => [
      {
        kind: random.pick(KINDS),
        version: random.maybe(0.5, () => 'v1'),
        group: random.maybe(0.1, () => 'apps'),
        fieldSpecs: fieldSpecs(random, ['spec/ref/name', 'spec/ref', 'spec/size', 'spec/list']),
      },
    ]),
    varReference: part(0.3, 'spec/size', 'data', 'data/k', 'spec/text'),
    images: part(0.15, 'spec/size', 'spec/containers[]/image'),
    replicas: part(0.15, 'spec/replicas', 'spec/size'),
    odd: random.slip(0.01) ? [] : undefined,
  };
  return draft.addFile(random, 'config', printYaml(config, random));
}

/** A file for `crds`: OpenAPI definitions with kustomize's extensions. */
export function crdsFile(random: Random, draft: Draft): string {
  const property = (): MadeMapping => ({
    type: 'string',
    'x-kubernetes-annotation': random.maybe(0.2, () => ''),
    'x-kubernetes-label-selector': random.maybe(0.2, () => ''),
    'x-kubernetes-identity': random.maybe(0.2, () => ''),
    'x-kubernetes-object-ref-api-version': random.maybe(0.5, () => 'v1'),
    'x-kubernetes-object-ref-kind': random.maybe(0.5, () => random.pick(['ConfigMap', 'Secret'])),
    'x-kubernetes-object-ref-name-key': random.maybe(0.2, () => 'name'),
  });
  const definitions = {
    'com.example.v1.Widget': {
      Schema: {
        properties: { kind: {}, apiVersion: {}, metadata: {}, spec: { $ref: 'com.example.v1.WidgetSpec' } },
      },
      Dependencies: random.maybe(0.3, () => []),
    },
    'com.example.v1.WidgetSpec': { Schema: { properties: { ref: property(), size: property(), more: property() } } },
  };
  const text = random.chance(0.5) ? JSON.stringify(definitions, null, 2) : printYaml(definitions, random);
  return draft.addFile(random, 'crd', text, random.chance(0.5) ? 'json' : 'yaml');
}

/** Paths that tell of kinds, known ones and others, whether they stand in namespaces. */
function schemaPaths(random: Random): MadeMapping {
  const kinds = [
    { group: 'example.com', version: 'v1', kind: 'Widget' },
    { group: 'example.com', version: 'v1', kind: 'Gadget' },
    { group: 'apps', version: 'v1', kind: 'Deployment' },
    { group: '', version: 'v1', kind: 'ConfigMap' },
  ];
  const paths: Record<string, MadeMapping> = {};
  for (const gvk of random.some(kinds, 0.7))
    for (const place of random.some(['', 'namespaces/{namespace}/'], 0.5)) {
      const told = random.slip(0.05) ? { kind: gvk.kind } : gvk;
      const verb = random.chance(0.9) ? 'get' : 'put';
      const operation = { parameters: random.slip(0.05) ? {} : undefined, 'x-kubernetes-group-version-kind': told };
      paths[`${random.slip(0.1) ? '' : '/'}apis/${gvk.group}/${place}${gvk.kind}`] = { [verb]: operation };
    }
  return paths;
}

/** A file for `openapi.path`. */
export function schemaFile(random: Random, draft: Draft): string {
  const list = {
    type: 'array',
    items: { type: 'object', properties: { name: { type: 'string' } } },
    'x-kubernetes-patch-merge-key': random.maybe(0.8, () => 'name'),
    'x-kubernetes-patch-strategy': random.maybe(0.8, () => random.pick(['merge', 'replace', 'merge,retainKeys'])),
    'x-kubernetes-list-map-keys': random.maybe(0.1, () => ['name']),
  };
  const document = {
    paths: random.maybe(0.5, () => schemaPaths(random)),
    definitions: {
      'v1.Widget': {
        properties: {
          spec: random.chance(0.5)
            ? { $ref: '#/definitions/v1.Spec' }
            : { type: 'object', properties: { items: list } },
        },
        type: 'object',
        'x-kubernetes-group-version-kind': [{ group: 'example.com', kind: 'Widget', version: 'v1' }],
      },
      'v1.Spec': {
        type: 'object',
        properties: {
          items: list,
          list: { type: 'array', items: { type: 'string' }, 'x-kubernetes-patch-strategy': 'merge' },
        },
      },
    },
  };
  const text = random.chance(0.7) ? JSON.stringify(document) : printYaml(document, random);
  return draft.addFile(random, 'schema', text, 'json');
}
