import { buildKustomization, stringifyManifests } from '@capstan/render/kustomize';
import { memoryTree } from '@capstan/tree';

const tree = memoryTree({
  'base/kustomization.yaml': 'resources: [settings.yaml]\n',
  'base/settings.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {LEVEL: info}\n',
  'production/kustomization.yaml': 'resources: [../base]\nnamePrefix: prod-\n',
});

const resources = await buildKustomization(tree, 'production', { order: 'legacy' });

/** What `kustomize build production` prints. */
export const text = stringifyManifests(resources.map(({ object }) => object));
