import { buildKustomization, layOver, manifestFiles } from '@capstan/render/kustomize';
import { memoryTree } from '@capstan/tree';

const tree = memoryTree({
  'app/web.yaml':
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: web, image: nginx}]}}}\n',
});

// As Flux does: a kustomization is made for a folder that has none, and the fields of a spec are laid over it.
const laid = await layOver(tree, {
  path: 'app',
  generate: true,
  kustomization: { namespace: 'shop', images: [{ name: 'nginx', newTag: '1.28' }] },
});
const resources = await buildKustomization(laid, 'app', { order: 'input', loadRestrictions: 'none' });

/** The files that `kustomize build -o FOLDER` writes. */
export const files = manifestFiles(resources);
