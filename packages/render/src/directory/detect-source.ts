import { CapstanError } from '@capstan/errors';
import type { FileTree } from '@capstan/tree';
import { KUSTOMIZATION_NAMES } from '../kustomize/kustomization.ts';

/**
 * What Argo CD takes a folder for: the last file, by name, that tells decides. Throws RENDER_NOT_FOUND where there is no
 * such folder. For what is `ignored` it is not taken.
 */
export async function detectSource(
  tree: FileTree,
  path: string,
  ignored: readonly ('Helm' | 'Kustomize')[] = [],
): Promise<'Helm' | 'Kustomize' | 'Directory'> {
  const [entries] = await tree.list([path]);
  if (entries === undefined) {
    throw new CapstanError('RENDER_NOT_FOUND', `${path}: app path does not exist`, { data: { path } });
  }
  let found: 'Helm' | 'Kustomize' | 'Directory' = 'Directory';
  for (const { kind, name } of entries) {
    if (kind !== 'file') continue;
    if (name.endsWith('Chart.yaml') && !ignored.includes('Helm')) found = 'Helm';
    if ((KUSTOMIZATION_NAMES as readonly string[]).includes(name) && !ignored.includes('Kustomize'))
      found = 'Kustomize';
  }
  return found;
}
