import { leavesOut, sourceIgnoreRules, walkTree, type FileTree } from '@capstan/tree';
import { artifactContent, type ArtifactContent } from './artifact-tree.ts';

/**
 * What source-controller puts into the artifact of a Git repository: all of the tree but links, files of version
 * control and what `.sourceignore` files and the resource's `ignore` name (the defaults where nothing names anything).
 * Its tree is what a Kustomization sees.
 */
export async function fluxArtifactContent(tree: FileTree, ignore?: string): Promise<ArtifactContent> {
  const walked = await walkTree(tree, '');
  const rules = await sourceIgnoreRules(tree, ignore, walked);
  const name = `flux-ignore:${JSON.stringify(ignore ?? null)}`;
  return artifactContent(tree, name, (path, kind) => leavesOut(rules, path, kind), walked);
}
