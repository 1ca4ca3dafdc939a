import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { CapstanError } from '@capstan/errors';
import { render, type Manifests } from '@capstan/render';
import { localTree } from '@capstan/source';

/** Renders a folder of this machine. Throws RENDER_* and what its tree throws. */
export async function buildFolder(
  dir: string,
  options: { readonly recurse: boolean; readonly restrictor?: 'root' | 'none' },
): Promise<Manifests> {
  const folder = realFolder(dir);
  const root = treeRoot(folder);
  const path = relative(root, folder);
  const directory = { recurse: options.recurse };
  const tree = localTree(root);
  const isKustomization = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'].some((name) =>
    existsSync(join(folder, name)),
  );
  if (!isKustomization) return render(tree, { engine: 'detect', path, directory });
  return render(tree, {
    engine: 'kustomize',
    path,
    generate: false,
    order: 'legacy',
    loadRestrictions: options.restrictor ?? 'root',
  });
}

/** A folder's own path, links resolved. Throws RENDER_NOT_FOUND. */
export function realFolder(dir: string): string {
  try {
    return realpathSync(resolve(dir));
  } catch (cause) {
    throw new CapstanError('RENDER_NOT_FOUND', `there is no folder ${dir}`, { cause, data: { path: dir } });
  }
}

/** How far up bases may lie: the top of the work tree that the folder is in, else anywhere on this machine. */
export function treeRoot(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return at;
  }
}
