import type { LeftObject } from '@capstan/controllers';
import { compareResourceVersions, type WatchCache } from '@capstan/kube';
import type { Inspection } from './inspection.ts';

/** How often the watches are looked at. */
const LOOK_MS = 10;

/**
 * Waits until every watch that an object concerns has shown it as somebody has left it, whatever else there is to do:
 * what is asked for after that is judged by it. False where `signal` ends it.
 */
export async function seen(
  inspection: Pick<Inspection, 'followed'>,
  cache: WatchCache,
  left: LeftObject,
  signal: AbortSignal,
): Promise<boolean> {
  while (!signal.aborted) {
    if (isInCache(cache, left) && inspection.followed().every((followed) => followed.shows(left))) return true;
    await new Promise((resolve) => {
      setTimeout(resolve, LOOK_MS);
    });
  }
  return false;
}

function isInCache(cache: WatchCache, { ref, uid, resourceVersion }: LeftObject): boolean {
  if (!cache.watched(ref)) return true;
  if (!cache.synced(ref)) return false;
  const entry = cache.entry(ref);
  if (resourceVersion === undefined) return entry?.uid !== uid;
  const isAsNew = (version: string | undefined): boolean =>
    version !== undefined && (compareResourceVersions(version, resourceVersion) ?? -1) >= 0;
  return (entry?.uid === uid && isAsNew(entry.resourceVersion)) || isAsNew(cache.observed(ref));
}
