import { compareResourceVersions, type WatchCache } from '@capstan/kube';
import type { GroupKind } from '@capstan/object';
import type { Inspection } from './inspection.ts';

/** How often the watch is looked at: bookmarks move it without a change that one could be told of. */
const LOOK_MS = 20;
/** Looks in a row at which everything must be at rest: what a run has set off is queued by then. */
const QUIET_LOOKS = 3;

/** How waiting for rest ended. */
export type Settling = 'settled' | 'not-watched' | 'timeout';

/**
 * Waits until the watch of a kind has reached `resourceVersion` and every queue is at rest: nothing is ready, nothing
 * runs, nothing is due now. Keys that wait for their time do not count.
 */
export async function settled(
  inspection: Inspection,
  cache: WatchCache,
  kind: GroupKind,
  resourceVersion: string | undefined,
  signal: AbortSignal,
): Promise<Settling> {
  let quiet = 0;
  while (!signal.aborted) {
    if (!cache.watched(kind)) return 'not-watched';
    const isQuiet = hasReached(cache, kind, resourceVersion) && isAtRest(inspection);
    quiet = isQuiet ? quiet + 1 : 0;
    if (quiet >= QUIET_LOOKS) return 'settled';
    await pause(LOOK_MS);
  }
  return 'timeout';
}

function hasReached(cache: WatchCache, kind: GroupKind, wanted: string | undefined): boolean {
  if (!cache.synced(kind)) return false;
  const seen = cache.observed(kind);
  if (wanted === undefined || seen === wanted) return true;
  return seen !== undefined && (compareResourceVersions(seen, wanted) ?? -1) >= 0;
}

function isAtRest(inspection: Inspection): boolean {
  return [...inspection.queues().values()].every((queue) => queue.isIdle);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
