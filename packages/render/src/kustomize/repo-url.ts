import { isCapstanError } from '@capstan/errors';
import { parseDuration } from '@capstan/object';
import { invalid } from './problem.ts';

/** A Git repository elsewhere and the kustomization in it, as a URL in `resources` or `components` names them. */
export interface RepoUrl {
  /** Scheme, user and host, up to and with the separator before the path: `https://github.com/`, `git@host:`. */
  readonly host: string;
  /** The repository's path on the host; `host + repoPath` is what is cloned. */
  readonly repoPath: string;
  /** Folder of the kustomization in the repository; empty for its root. */
  readonly path: string;
  readonly ref: string;
  /** Whether submodules are fetched too. */
  readonly submodules: boolean;
  readonly timeoutSeconds: number;
}

/** What the query of a repository's URL asks for. */
export type RepoQuery = Pick<RepoUrl, 'ref' | 'submodules' | 'timeoutSeconds'>;

const SCHEMES = ['ssh://', 'https://', 'http://', 'file://'];
const FILE = 'file://';
const DEFAULT_QUERY: RepoQuery = { ref: '', submodules: true, timeoutSeconds: 27 };
/** Azure DevOps puts this folder above its repositories. */
const GIT_FOLDER = '_git/';
const GIT_SUFFIX = '.git';
/** Segments of a repository's path where nothing marks its end: organization and name. */
const DEFAULT_SEGMENTS = 2;

/**
 * Reads a repository's URL by kustomize's rules (api/internal/git/repospec.go). Throws RENDER_INVALID for what is none,
 * so that it is a path in the source itself.
 */
export function parseRepoUrl(url: string): RepoUrl {
  if (url.startsWith('/')) throw invalid(`uri looks like abs path: ${url}`);
  const [rest, query] = cut(url, '?');
  const { host, path } = splitHost(rest);
  const { repoPath, inner } = splitPathInRepo(path, host.startsWith(FILE));
  if (repoPath === '') throw invalid(`failed to parse repo path segment: ${url}`);
  if (leavesRepo(inner)) throw invalid(`url path exits repo: ${url}`);
  return { host, repoPath, path: inner.replace(/^\//, ''), ...parseRepoQuery(query) };
}

/** A repository's URL as kustomize reads it; undefined for what is none. */
export function tryParseRepoUrl(text: string): RepoUrl | undefined {
  try {
    return parseRepoUrl(text);
  } catch (error) {
    if (!isCapstanError(error, 'RENDER_INVALID')) throw error;
    return undefined;
  }
}

/** Whether a text is a repository's URL, by kustomize's rules. */
export function isRepoUrl(text: string): boolean {
  return tryParseRepoUrl(text) !== undefined;
}

/** Whether a path is a file behind a URL, as kustomize tells: by its scheme alone. */
export function isRemoteFile(path: string): boolean {
  return /^https?:/i.test(path) && URL.canParse(path);
}

/** A URL as it may be shown: without a password. */
export function shownUrl(url: string): string {
  return url.replace(/^((?:git::)?[a-z]+:\/\/)[^/?#]*:[^/?#]*@/i, '$1');
}

/** Reads `ref` (or `version`), `submodules` and `timeout`; what cannot be read is as if it were not there. */
export function parseRepoQuery(query: string): RepoQuery {
  const values = queryValues(query);
  if (values === undefined) return DEFAULT_QUERY;
  const ref = values.get('ref') ?? '';
  return {
    ref: ref === '' ? (values.get('version') ?? '') : ref,
    submodules: boolOf(values.get('submodules') ?? '') ?? DEFAULT_QUERY.submodules,
    timeoutSeconds: secondsOf(values.get('timeout') ?? '') ?? DEFAULT_QUERY.timeoutSeconds,
  };
}

function cut(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

function withoutPrefix(text: string, prefix: string): string | undefined {
  return text.slice(0, prefix.length).toLowerCase() === prefix ? text.slice(prefix.length) : undefined;
}

function splitHost(url: string): { readonly host: string; readonly path: string } {
  const address = withoutPrefix(url, 'git::') ?? url;
  const scheme = SCHEMES.find((known) => withoutPrefix(address, known) !== undefined) ?? '';
  const afterScheme = address.slice(scheme.length);
  const user = /^[a-zA-Z][a-zA-Z0-9-]*@/.exec(afterScheme)?.[0] ?? '';
  const rest = afterScheme.slice(user.length);
  const isGithub = /^github\.com[/:]/i.test(rest);
  const scpLike = scheme === '' && (user !== '' || isGithub);
  if (scheme === '' && !scpLike) throw invalid(`failed to parse scheme: ${url}`);
  // A file's URL has a path and no host; what looks like a user is part of it.
  if (scheme === FILE) return { host: scheme, path: afterScheme };
  const separator = hostEnd(rest, scpLike);
  const host = separator < 0 ? rest : rest.slice(0, separator + 1);
  const path = separator < 0 ? '' : rest.slice(separator + 1);
  if (isGithub) {
    const overSsh = scheme === 'ssh://' || user !== '';
    return { host: overSsh ? `${user}github.com:` : 'https://github.com/', path };
  }
  if (host === '') throw invalid(`failed to parse host segment: ${url}`);
  return { host: scheme + user + host, path };
}

function hostEnd(rest: string, scpLike: boolean): number {
  const slash = rest.indexOf('/');
  const colon = rest.indexOf(':');
  return scpLike && (slash < 0 || (colon > 0 && colon < slash)) ? colon : slash;
}

/** Where the repository ends and its inside starts: told by `_git/`, `//` or `.git`, otherwise counted. */
function splitPathInRepo(path: string, isFile: boolean): { readonly repoPath: string; readonly inner: string } {
  const folder = path.indexOf(GIT_FOLDER);
  if (folder >= 0) {
    const [name, inner] = cut(path.slice(folder + GIT_FOLDER.length), '/');
    return { repoPath: path.slice(0, folder + GIT_FOLDER.length) + name, inner };
  }
  const slashes = path.indexOf('//');
  if (slashes >= 0) return { repoPath: path.slice(0, slashes), inner: path.slice(slashes + 2) };
  const suffix = path.indexOf(GIT_SUFFIX);
  if (suffix >= 0) {
    const end = suffix + GIT_SUFFIX.length;
    return { repoPath: path.slice(0, end), inner: path.slice(end) };
  }
  if (isFile) return { repoPath: path, inner: '' };
  const segments = path.split('/');
  if (segments.length < DEFAULT_SEGMENTS) return { repoPath: '', inner: '' };
  return {
    repoPath: segments.slice(0, DEFAULT_SEGMENTS).join('/'),
    inner: segments.slice(DEFAULT_SEGMENTS).join('/'),
  };
}

function leavesRepo(inner: string): boolean {
  const rest = inner.replace(/^\//, '');
  let depth = 0;
  for (const part of rest.split('/')) {
    if (part === '' || part === '.') continue;
    // A path that stays absolute after its first slash cannot climb out of its root.
    if (part === '..' && !rest.startsWith('/')) depth--;
    else if (part === '..') depth = Math.max(depth - 1, 0);
    else depth++;
    if (depth < 0) return true;
  }
  return false;
}

/** The first value of each name, as Go's url.ParseQuery reads them; undefined where it refuses the text. */
function queryValues(query: string): ReadonlyMap<string, string> | undefined {
  const values = new Map<string, string>();
  for (const part of query.split('&')) {
    if (part === '') continue;
    if (part.includes(';')) return undefined;
    const [name, value] = cut(part, '=').map(unescapeQuery);
    if (name === undefined || value === undefined) return undefined;
    if (!values.has(name)) values.set(name, value);
  }
  return values;
}

function unescapeQuery(text: string): string | undefined {
  if (/%(?![0-9a-f]{2})/i.test(text)) return undefined;
  const bytes: number[] = [];
  const plain = new TextEncoder().encode(text.replaceAll('+', ' '));
  for (let at = 0; at < plain.length; at++) {
    const byte = plain[at] ?? 0;
    if (byte !== 0x25) bytes.push(byte);
    else {
      bytes.push(Number.parseInt(String.fromCharCode(plain[at + 1] ?? 0, plain[at + 2] ?? 0), 16));
      at += 2;
    }
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

function boolOf(text: string): boolean | undefined {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  return ['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text) ? false : undefined;
}

/** Seconds as a whole number, or a duration with its unit; undefined unless above zero. */
function secondsOf(text: string): number | undefined {
  if (text === '') return undefined;
  if (/^[+-]?\d+$/.test(text)) return Number(text) > 0 ? Number(text) : undefined;
  try {
    const seconds = Number(parseDuration(text)) / 1e9;
    return seconds > 0 ? seconds : undefined;
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    return undefined;
  }
}
