import { CapstanError } from '@capstan/errors';
import { highestMatching, isVersionRange, parseConstraint, parseVersion } from '@capstan/expressions/semver';
import type { GitReference, Revision } from '../revision.ts';

/** What a server lists: hashes by full ref name, tags peeled to their commits; `head` is the ref that HEAD stands for. */
export interface RemoteRefs {
  readonly refs: ReadonlyMap<string, string>;
  readonly head?: string;
}

/** What has to be asked before a reference can be resolved. Ref names narrow the listing; none means all of it. */
export type Lookup =
  { readonly kind: 'none'; readonly revision: Revision } | { readonly kind: 'list'; readonly names: readonly string[] };

/** How a reference resolves in a listing; `short` asks for a commit by the beginning of its hash. */
export type Resolved =
  { readonly kind: 'revision'; readonly revision: Revision } | { readonly kind: 'short'; readonly prefix: string };

const FULL_HASH = /^[0-9a-f]{40}$/i;
const SHORT_HASH = /^[0-9a-f]{7,39}$/i;

/** Most characters of a ref name, as of a file's path. */
const MAX_REF = 1024;

/** What to ask the server for. Throws GIT_REF_NOT_FOUND for a name that no ref can have. */
export function lookupFor(reference: GitReference): Lookup {
  switch (reference.kind) {
    case 'commit': {
      if (!FULL_HASH.test(reference.commit))
        throw notFound(reference, 'a full commit hash of 40 hexadecimal digits is needed');
      const branch = reference.branch ?? '';
      const name = branch === '' ? '' : refName(`refs/heads/${branch}`, reference);
      return { kind: 'none', revision: { commit: reference.commit.toLowerCase(), reference: name } };
    }
    case 'any': {
      const text = anyText(reference);
      if (FULL_HASH.test(text)) return { kind: 'none', revision: { commit: text.toLowerCase(), reference: '' } };
      if (text === 'HEAD') return { kind: 'list', names: ['HEAD'] };
      if (isVersionRange(text)) return { kind: 'list', names: [] };
      return {
        kind: 'list',
        names: ['HEAD', ...candidates(text).map((name) => refName(name, reference))].flatMap(peeled),
      };
    }
    case 'semver':
      return { kind: 'list', names: [] };
    case 'fetched': {
      const { text } = reference;
      if (FULL_HASH.test(text)) return { kind: 'none', revision: { commit: text.toLowerCase(), reference: '' } };
      if (text === '' || text === 'HEAD') return { kind: 'list', names: ['HEAD'] };
      return {
        kind: 'list',
        names: fetchedNames(text)
          .map((name) => refName(name, reference))
          .flatMap(peeled),
      };
    }
    case 'branch':
    case 'tag':
    case 'name':
      return { kind: 'list', names: [refName(fullName(reference), reference)].flatMap(peeled) };
    default:
      return reference satisfies never;
  }
}

/** Finds a reference in a listing that `lookupFor` asked for. Throws GIT_REF_NOT_FOUND. */
export function resolveIn(reference: GitReference, listed: RemoteRefs): Resolved {
  switch (reference.kind) {
    case 'commit':
      return { kind: 'revision', revision: { commit: reference.commit, reference: '' } };
    case 'branch':
    case 'tag':
    case 'name': {
      const name = fullName(reference);
      const commit = listed.refs.get(name);
      if (commit === undefined) throw notFound(reference, `couldn't find remote ref ${JSON.stringify(name)}`);
      return { kind: 'revision', revision: { commit, reference: name } };
    }
    case 'semver': {
      // Flux takes only tags with all three parts for versions.
      const found = inRange(reference.range, listed, (tag) => tag.split('.').length >= 3);
      if (found !== undefined) return { kind: 'revision', revision: found };
      throw notFound(reference, `no tag is a version in the range ${JSON.stringify(reference.range)}`);
    }
    case 'fetched':
      return { kind: 'revision', revision: resolveFetched(reference, listed) };
    case 'any':
      return resolveAny(reference, listed);
    default:
      return reference satisfies never;
  }
}

/** As Argo CD reads a targetRevision: a range of versions over tags, then HEAD, branch or tag, then a short hash. */
function resolveAny(reference: Extract<GitReference, { kind: 'any' }>, listed: RemoteRefs): Resolved {
  const text = anyText(reference);
  const ranged = isVersionRange(text) ? inRange(text, listed, undefined, reference.tagPrefix) : undefined;
  if (ranged !== undefined) return { kind: 'revision', revision: ranged };
  for (const name of text === 'HEAD' ? ['HEAD'] : candidates(text)) {
    const commit = listed.refs.get(name);
    if (commit === undefined) continue;
    const target = name === 'HEAD' && listed.head !== undefined ? listed.head : name;
    return { kind: 'revision', revision: { commit, reference: target } };
  }
  if (SHORT_HASH.test(text)) return { kind: 'short', prefix: text.toLowerCase() };
  throw notFound(reference, `unable to resolve '${text}' to a commit SHA`);
}

/** What `git fetch` looks for, in its order. */
function fetchedNames(text: string): readonly string[] {
  const exact = text.startsWith('refs/') ? [text] : [];
  return [...exact, `refs/${text}`, `refs/tags/${text}`, `refs/heads/${text}`, `refs/remotes/${text}`];
}

function resolveFetched(reference: Extract<GitReference, { kind: 'fetched' }>, listed: RemoteRefs): Revision {
  const { text } = reference;
  for (const name of text === '' || text === 'HEAD' ? ['HEAD'] : fetchedNames(text)) {
    const commit = listed.refs.get(name);
    if (commit !== undefined) return { commit, reference: name === 'HEAD' ? (listed.head ?? name) : name };
  }
  throw notFound(reference, `couldn't find remote ref ${JSON.stringify(text === '' ? 'HEAD' : text)}`);
}

/** What Argo CD looks for: HEAD where nothing is said, one version with the prefix of its tags before it. */
function anyText({ text, tagPrefix = '' }: Extract<GitReference, { kind: 'any' }>): string {
  if (text === '') return 'HEAD';
  return tagPrefix !== '' && !FULL_HASH.test(text) && parseVersion(text).ok ? tagPrefix + text : text;
}

function inRange(
  range: string,
  { refs }: RemoteRefs,
  counts: (tag: string) => boolean = () => true,
  prefix = '',
): Revision | undefined {
  const start = `refs/tags/${prefix}`;
  const tags = [...refs.keys()].flatMap((name) => (name.startsWith(start) ? [name.slice(start.length)] : []));
  const tag = highestMatching(tags.filter(counts), parseConstraint(range));
  const reference = `${start}${tag}`;
  const commit = refs.get(reference);
  return tag === undefined || commit === undefined ? undefined : { commit, reference };
}

/** Full names that a short one may stand for, in the order in which they are tried. */
function candidates(text: string): readonly string[] {
  return text.startsWith('refs/') ? [text] : [`refs/heads/${text}`, `refs/tags/${text}`, `refs/remotes/${text}`];
}

function peeled(name: string): readonly string[] {
  return name.startsWith('refs/heads/') || name === 'HEAD' ? [name] : [name, `${name}^{}`];
}

function fullName(reference: Extract<GitReference, { kind: 'branch' | 'tag' | 'name' }>): string {
  if (reference.kind === 'branch') return `refs/heads/${reference.branch}`;
  return reference.kind === 'tag' ? `refs/tags/${reference.tag}` : reference.name;
}

/** A ref name in git's own rules (git-check-ref-format); with none of the characters that git would read as a pattern. */
function refName(name: string, reference: GitReference): string {
  const bad =
    name.length > MAX_REF ||
    !(name === 'HEAD' || name.startsWith('refs/')) ||
    /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|\/\.|\.$|\/$|\.lock(\/|$)/.test(name);
  if (bad)
    throw notFound(reference, `${JSON.stringify(name.slice(0, 100))} is not a name that a Git reference can have`);
  return name;
}

/** A full ref name, once it is known to be one. Throws GIT_REF_NOT_FOUND. */
export function checkedRefName(name: string): string {
  return refName(name, { kind: 'name', name });
}

/** Reads the output of `git ls-remote --symref`. */
export function parseLsRemote(output: string): RemoteRefs {
  const refs = new Map<string, string>();
  let head: string | undefined;
  for (const line of output.split('\n')) {
    const [value = '', name] = line.split('\t');
    if (name === undefined) continue;
    if (value.startsWith('ref: ')) head = name === 'HEAD' ? value.slice('ref: '.length) : head;
    else if (FULL_HASH.test(value)) refs.set(name.endsWith('^{}') ? name.slice(0, -3) : name, value);
  }
  return { refs, ...(head === undefined ? {} : { head }) };
}

function notFound(reference: GitReference, why: string): CapstanError {
  const [, value] = Object.entries(reference).filter(([key]) => key !== 'kind')[0] ?? [];
  return new CapstanError('GIT_REF_NOT_FOUND', why, {
    data: { kind: reference.kind, reference: typeof value === 'string' ? value.slice(0, 200) : '' },
  });
}
