import { CapstanError } from '@capstan/errors';
import { normalizePath } from '@capstan/tree';
import type { GitRequest, Submodule } from '../git-source.ts';
import { sharesCredentials } from './git-url.ts';

/** The file in which a repository says where its submodules come from. */
export const SUBMODULES_FILE = '.gitmodules';
/** Submodules that one repository may have. */
export const MAX_SUBMODULES = 100;

/**
 * The submodules that the settings of a `.gitmodules` file declare. One that has no path or no URL is none, nor is one
 * whose path leaves the repository. Throws TREE_LIMIT.
 */
export function declaredSubmodules(
  settings: readonly (readonly [string, string])[],
): readonly Pick<Submodule, 'path' | 'url'>[] {
  const byName = new Map<string, { path?: string; url?: string }>();
  for (const [key, value] of settings) {
    const [, name, field] = /^submodule\.(.+)\.(path|url)$/s.exec(key) ?? [];
    if (name === undefined) continue;
    const own = byName.get(name) ?? {};
    byName.set(name, field === 'path' ? { ...own, path: value } : { ...own, url: value });
    if (byName.size > MAX_SUBMODULES)
      throw new CapstanError('TREE_LIMIT', `the repository has more than ${MAX_SUBMODULES} submodules`);
  }
  return [...byName.values()].flatMap(({ path = '', url = '' }) =>
    url !== '' && isInside(path) ? [{ path: normalizePath(path), url }] : [],
  );
}

function isInside(path: string): boolean {
  try {
    return normalizePath(path) !== '';
  } catch {
    return false;
  }
}

/**
 * How a submodule is reached: a URL that begins with `./` or `../` stands beside its parent's. The parent's credentials
 * go with it only to the same server: whoever writes `.gitmodules` must not be able to send them anywhere.
 */
export function submoduleRequest(parent: GitRequest, { url }: Pick<Submodule, 'url'>): GitRequest {
  const full = /^\.\.?\//.test(url) ? relativeTo(parent.url, url) : url;
  return requestBeside(parent, full, parent.timeoutSeconds);
}

/** How a URL that content names is reached: with the credentials of its source where it is the same server. */
export function requestBeside(source: GitRequest, url: string, timeoutSeconds: number): GitRequest {
  const { credentials, identity } = source;
  if (credentials === undefined) return { url, timeoutSeconds };
  const { proxy, noProxy } = credentials;
  const way = { ...(proxy === undefined ? {} : { proxy }), ...(noProxy === undefined ? {} : { noProxy }) };
  if (!sharesCredentials(source.url, url)) return { url, timeoutSeconds, credentials: way };
  return { url, timeoutSeconds, credentials, ...(identity === undefined ? {} : { identity }) };
}

function relativeTo(parent: string, url: string): string {
  if (!URL.canParse(parent)) return url;
  const base = new URL(parent);
  const segments = base.pathname.split('/').filter((part) => part !== '');
  for (const part of url.split('/')) {
    if (part === '..') segments.pop();
    else if (part !== '.' && part !== '') segments.push(part);
  }
  base.pathname = `/${segments.join('/')}`;
  return base.href;
}
