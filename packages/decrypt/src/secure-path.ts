/**
 * A path within a tree, from a folder of it: `..` ends at the tree's root, and what begins with `/` is meant from there.
 * Source of the rule: filepath-securejoin, as kustomize-controller uses it.
 */
export function securePath(path: string, folder = ''): string {
  const segments: string[] = [];
  for (const segment of `${path.startsWith('/') ? '' : folder}/${path}`.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return segments.join('/');
}
