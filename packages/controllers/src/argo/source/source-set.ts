import { deepEqual, type JsonObject } from '@capstan/object';
import { plain, type Source } from '../application.ts';

/**
 * What an Application is made of: one source, or several whose objects are put together in order. With several, status
 * and operations speak of `sources` and `revisions` in place of `source` and `revision`, even where the list has one.
 */
export interface SourceSet {
  readonly multiple: boolean;
  readonly list: readonly Source[];
}

/** A place where sources stand: a spec, an operation's sync, a state, what has been compared. */
export interface SourceFields {
  readonly source?: Source | undefined;
  readonly sources?: readonly Source[] | undefined;
}

/** The sources of a spec: `sources` where it lists any, which take the place of `source`. */
export function sourcesOf({ source, sources }: SourceFields): SourceSet {
  if (sources !== undefined && sources.length > 0) return { multiple: true, list: sources };
  return { multiple: false, list: source === undefined ? [] : [source] };
}

/** Whether two sets of sources are the same in every field. */
export function sameSources(left: SourceSet, right: SourceSet): boolean {
  return (
    left.multiple === right.multiple &&
    left.list.length === right.list.length &&
    left.list.every((source, index) => deepEqual(plain(source), plain(right.list[index] ?? {})))
  );
}

/** The target revisions that sources ask for, in order; an empty one is the repository's HEAD. */
export function targetRevisions({ list }: SourceSet): readonly string[] {
  return list.map(({ targetRevision = '' }) => targetRevision);
}

/**
 * Sources as Argo CD prints them in a status. Its types have no way to leave `source` out, so beside `sources` stands an
 * empty one.
 */
export function writtenSources({ multiple, list }: SourceSet): JsonObject {
  const [first] = list;
  if (multiple) return { source: { repoURL: '' }, sources: list.map((source) => plain(source)) };
  return first === undefined ? {} : { source: plain(first) };
}

/** Revisions as Argo CD prints them beside sources: those that are not known are left out. */
export function writtenRevisions({ multiple }: SourceSet, revisions: readonly string[]): JsonObject {
  if (multiple) return revisions.length === 0 ? {} : { revisions };
  const [revision = ''] = revisions;
  return revision === '' ? {} : { revision };
}

/** Whether a source only lends its files to others, by `$ref/…`, and has no manifests of its own. */
export function isRefOnly({ ref = '', path = '', chart = '' }: Source): boolean {
  return ref !== '' && path === '' && chart === '';
}

/** What is wrong with the references among sources; undefined where nothing is. */
export function refProblem({ list }: SourceSet): string | undefined {
  const seen = new Set<string>();
  for (const { ref = '' } of list) {
    if (ref === '') continue;
    if (!/^[a-zA-Z0-9_-]+$/.test(ref))
      return `sources.ref ${ref} cannot contain any special characters except '_' and '-'`;
    if (seen.has(ref)) return 'invalid sources: multiple sources had the same `ref` key';
    seen.add(ref);
  }
  return undefined;
}

/** How a source of several is called in messages: by its name, else by its place. */
export function sourceTitle({ list }: SourceSet, index: number): string {
  const name = list[index]?.name ?? '';
  return name === '' ? `source ${index + 1} of ${list.length}` : `source ${name}`;
}
