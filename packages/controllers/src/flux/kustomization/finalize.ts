import { Kustomization } from '@capstan/api';
import type { WorkResult } from '@capstan/kube';
import { durationMilliseconds, type KubernetesObject, type VersionedRef } from '@capstan/object';
import type { Turn } from '../../runtime/reconciler.ts';
import { conditionOf, isTrue } from '../conditions.ts';
import { condition, FLUX_FINALIZER } from '../names.ts';
import { viewOf } from '../resource-view.ts';
import { writeFinalizer, type StatusWriter } from '../status-patch.ts';
import { changeLog } from './entries.ts';
import { refsOf } from './inventory.ts';
import { pruneObjects } from './prune.ts';
import { ownerKey, spanText, tell, timeoutOf, type Shared, type Spec } from './run.ts';

/** Deletes what the Kustomization applied, as its deletion policy says, and lets it go. */
export async function finalizeKustomization(
  shared: Shared,
  turn: Turn,
  object: KubernetesObject,
  writer: StatusWriter,
): Promise<WorkResult> {
  const { spec, status } = viewOf(Kustomization, object);
  const inventory = refsOf(status?.inventory?.entries ?? []);
  const own = shared.progress.of(turn.ref);
  const now = shared.engine.clock.now();
  own.started ??= now;
  if (spec !== undefined && deletesObjects(spec) && inventory.length > 0) {
    const outcome = await terminate(shared, turn, object, { spec, inventory });
    if (outcome !== undefined) return outcome;
  }
  shared.cluster.live.wrote(turn.ref, await writeFinalizer(writer, object, FLUX_FINALIZER, false));
  if (spec !== undefined && spec.suspend !== true && isTrue(status?.conditions ?? [], condition.ready)) {
    const interval = spanText(durationMilliseconds(spec.interval));
    const message = `Reconciliation finished in ${spanText(shared.engine.clock.now() - own.started)}, next run in ${interval}`;
    tellAs(shared, object, { type: 'Normal', message, isOutcome: true });
  }
  return {};
}

function deletesObjects(spec: Spec): boolean {
  if (spec.suspend === true) return false;
  switch (spec.deletionPolicy ?? 'MirrorPrune') {
    case 'Delete':
    case 'WaitForTermination':
      return true;
    case 'MirrorPrune':
      return spec.prune;
    default:
      return false;
  }
}

/** Deletes the objects of the inventory. Returns how to go on; undefined when nothing holds the resource any more. */
async function terminate(
  shared: Shared,
  turn: Turn,
  object: KubernetesObject,
  { spec, inventory }: { readonly spec: Spec; readonly inventory: readonly VersionedRef[] },
): Promise<WorkResult | undefined> {
  const { cluster } = shared;
  const own = shared.progress.of(turn.ref);
  const caller = ownerKey(turn.ref);
  const served = inventory.filter((ref) => cluster.client.discovery.knownPreferred(ref) !== undefined);
  await cluster.interests.set(caller, served);
  if (own.deletion === undefined) {
    const outcome = await pruneObjects(cluster, inventory, turn.ref, { signal: turn.signal, caller });
    if (outcome.errors.length > 0) {
      shared.engine.log.warn({ kustomization: caller, errors: outcome.errors }, 'pruning for a deletion failed');
      tellAs(shared, object, { type: 'Warning', message: 'pruning for deleted resource failed' });
      return { backOff: true };
    }
    if (outcome.entries.length > 0) tellAs(shared, object, { type: 'Normal', message: changeLog(outcome.entries) });
    const refs = outcome.entries.filter(({ action }) => action === 'deleted').map(({ ref }) => ref);
    own.deletion = { since: shared.engine.clock.now(), refs };
  }
  if (spec.deletionPolicy !== 'WaitForTermination') return undefined;
  const { since, refs } = own.deletion;
  const left = refs.filter((ref) => cluster.cache.entry(ref) !== undefined);
  if (left.length === 0) return undefined;
  const remaining = since + timeoutOf(spec) - shared.engine.clock.now();
  if (remaining > 0) return { requeueAfterMs: remaining };
  tellAs(shared, object, { type: 'Warning', message: 'failed to wait for resources termination' });
  return undefined;
}

/** Events of a deletion have the reason that Ready has. */
function tellAs(
  { engine }: Shared,
  object: KubernetesObject,
  event: { readonly type: 'Normal' | 'Warning'; readonly message: string; readonly isOutcome?: boolean },
): void {
  const { status } = viewOf(Kustomization, object);
  const why = conditionOf(status?.conditions ?? [], condition.ready)?.reason;
  const severity = event.type === 'Warning' ? 'error' : 'info';
  tell({ engine, object }, { ...event, reason: why ?? severity, revision: status?.lastAppliedRevision });
}
