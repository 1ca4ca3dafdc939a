import { CapstanError } from '@capstan/errors';
import { MAX_PATH_BYTES } from './limits.ts';

function refuse(path: string, why: string): never {
  const shown = path.length > 200 ? `${path.slice(0, 200)}…` : path;
  throw new CapstanError('TREE_PATH_INVALID', `path ${JSON.stringify(shown)} ${why}`, { data: { path: shown } });
}

function check(path: string): void {
  if (path.length > MAX_PATH_BYTES) refuse(path, `is longer than ${MAX_PATH_BYTES} characters`);
  if (path.includes('\0')) refuse(path, 'holds a NUL character');
  if (path.startsWith('/')) refuse(path, 'is absolute; paths are relative to the root of the tree');
}

/**
 * A path in the form that trees use: no leading `./`, no empty or `.` segments, no trailing `/`; the root is `''`.
 * Throws TREE_PATH_INVALID for an absolute path, for `..`, for a NUL and for a path that is too long.
 */
export function normalizePath(path: string): string {
  check(path);
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.includes('..')) refuse(path, 'holds "..", which a tree does not follow');
  return segments.join('/');
}

/**
 * `relative` as seen from the folder `base`, with `..` taken literally (not through links). The result is normalised.
 * Throws TREE_PATH_INVALID when it would leave the tree or `relative` is absolute.
 */
export function joinPath(base: string, relative: string): string {
  check(relative);
  const segments = base === '' ? [] : normalizePath(base).split('/');
  for (const segment of relative.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') segments.push(segment);
    else if (segments.pop() === undefined) refuse(relative, `leaves the tree when seen from ${JSON.stringify(base)}`);
  }
  const path = segments.join('/');
  check(path);
  return path;
}

/** The folder that holds `path`: `a/b` → `a`, `a` → `''`. */
export function parentPath(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** The last segment: `a/b` → `b`. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A name below a folder: `''` + `a` → `a`. No checks: for names that came out of a listing. */
export function childPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
