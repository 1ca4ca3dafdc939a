import { get, isTrue, join, list, or, written, type Value } from '../value.ts';

/** How many commit statuses are in each phase, and the keys of those that are not yet, or not, successful. */
export interface CommitStatuses {
  readonly pending: number;
  readonly successful: number;
  readonly failed: number;
  /** The counts as a sentence, then the keys. */
  readonly words: () => string;
}

function keysWords(label: string, keys: readonly Value[]): string {
  const told = keys.filter((key) => key !== undefined);
  return keys.length === 0 ? '' : `${label} commit statuses: ${join(told, ', ')}. `;
}

/** The commit statuses of a side (active or proposed) of an environment, counted. */
export function countStatuses(side: Value): CommitStatuses {
  const statuses = list(or(get(side, 'commitStatuses'), []));
  const keysOf = (phase: string) =>
    statuses.filter((status) => get(status, 'phase') === phase).map((status) => get(status, 'key'));
  const [pending, successful, failed] = [keysOf('pending'), keysOf('success'), keysOf('failure')];
  const counts = `${pending.length} pending, ${successful.length} successful, ${failed.length} failed. `;
  return {
    pending: pending.length,
    successful: successful.length,
    failed: failed.length,
    words: () => counts + keysWords('Pending', pending) + keysWords('Failed', failed),
  };
}

/** The first seven characters of a commit's hash; empty where there is none. */
export function shortHash(hash: Value): string {
  return isTrue(hash) ? written(hash).slice(0, 7) : '';
}

/** The hash at a path; undefined where it is absent, false or empty. */
export function hashAt(value: Value, ...path: readonly string[]): Value {
  let current = value;
  for (const key of path) {
    if (!isTrue(current)) return undefined;
    current = get(current, key);
  }
  return isTrue(current) && current !== '' ? current : undefined;
}
