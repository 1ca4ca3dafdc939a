import { deleteObject, pruneVerdict } from '@capstan/apply';
import { CapstanError, isCapstanError, messageOf } from '@capstan/errors';
import type { KubernetesObject, VersionedRef } from '@capstan/object';
import type { Cluster } from '../../runtime/cluster.ts';
import { KUSTOMIZE_CONTROLLER } from '../names.ts';
import { serverWords } from '../server-words.ts';
import type { Entry } from './entries.ts';
import { subjectOf } from './entries.ts';
import { isMarkedBy, pruneOptOut } from './marks.ts';
import { inApplyOrder } from './order.ts';

/** What came of a prune: entries for the log, and what is still there and must stay in the inventory. */
export interface PruneOutcome {
  readonly entries: readonly Entry[];
  readonly survivors: readonly VersionedRef[];
  readonly errors: readonly string[];
}

/** Deletes objects of the inventory that Git no longer has, in reverse order, each behind every guard. */
export async function pruneObjects(
  cluster: Cluster,
  stale: readonly VersionedRef[],
  owner: { readonly namespace: string; readonly name: string },
  options: {
    readonly signal: AbortSignal;
    readonly caller: string;
    /** Whom an object is left to that is to be deleted; undefined where to nobody. */
    readonly handedTo: (object: {
      readonly ref: VersionedRef;
      readonly live: KubernetesObject;
    }) => Promise<string | undefined>;
  },
): Promise<PruneOutcome> {
  const entries: Entry[] = [];
  const survivors: VersionedRef[] = [];
  const errors: string[] = [];
  for (const ref of [...stale].sort((left, right) => inApplyOrder(right, left))) {
    const live = await read(cluster, ref, options.signal);
    if (live instanceof CapstanError) {
      survivors.push(ref);
      entries.push({ ref, action: 'unknown' });
      errors.push(`${subjectOf(ref)} query failed: ${serverWords(live)}`);
      continue;
    }
    const heir = live === undefined ? undefined : await options.handedTo({ ref, live });
    const verdict = pruneVerdict(ref, live, {
      completeRender: true,
      claimed: true,
      // What is not watched, or not yet again, may still be there.
      groupFailed:
        cluster.client.discovery.groupFailed(ref.group) || (cluster.cache.watched(ref) && !cluster.cache.synced(ref)),
      marksMatch: (object) => isMarkedBy(object, owner),
      optOut: (object) => heir ?? pruneOptOut(object),
    });
    switch (verdict.kind) {
      case 'gone':
        entries.push({ ref, action: 'deleted' });
        break;
      case 'skip':
        entries.push({ ref, action: 'skipped' });
        break;
      case 'refuse':
        survivors.push(ref);
        errors.push(`${subjectOf(ref)} delete refused: ${verdict.why}`);
        break;
      case 'delete':
        try {
          await deleteObject(cluster.client, verdict.live, 'Background', {
            manager: KUSTOMIZE_CONTROLLER,
            signal: options.signal,
            caller: options.caller,
          });
          cluster.live.removed(ref);
          entries.push({ ref, action: 'deleted' });
        } catch (error) {
          if (options.signal.aborted) throw error;
          survivors.push(ref);
          entries.push({ ref, action: 'unknown' });
          errors.push(
            `${subjectOf(ref)} delete failed: ${isCapstanError(error) ? serverWords(error) : messageOf(error)}`,
          );
        }
        break;
    }
  }
  return { entries, survivors, errors };
}

/** The object, or that it may not be read: what may not be read is not taken for gone. */
async function read(
  cluster: Cluster,
  ref: VersionedRef,
  signal: AbortSignal,
): Promise<KubernetesObject | CapstanError | undefined> {
  try {
    return await cluster.live.get(ref, signal);
  } catch (error) {
    if (isCapstanError(error, 'KUBE_FORBIDDEN')) return error;
    throw error;
  }
}
