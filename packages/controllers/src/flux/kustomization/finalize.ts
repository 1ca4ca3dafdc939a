import { Kustomization, kustomizationResource } from '@capstan/api';
import type { WorkResult } from '@capstan/kube';
import { durationMilliseconds, refOf, type KubernetesObject, type VersionedRef } from '@capstan/object';
import type { Turn } from '../../runtime/reconciler.ts';
import { conditionOf, isTrue } from '../conditions.ts';
import { condition, FLUX_FINALIZER } from '../names.ts';
import { generationOf, viewOf } from '../resource-view.ts';
import { writeFinalizer, writeStatus, type StatusWriter } from '../status-patch.ts';
import { handedTo } from './claim.ts';
import { changeLog, subjectOf } from './entries.ts';
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
    const outcome = await leave(shared, turn, object, { spec, inventory });
    if (outcome !== undefined) {
      if (outcome.backOff === true) await noteFailure(shared, object, writer);
      return outcome;
    }
  }
  shared.cluster.live.wrote(turn.ref, await writeFinalizer(writer, object, FLUX_FINALIZER, false));
  tellFinished(shared, object);
  return {};
}

/** That the newest generation was looked at; as upstream, which tells of the reconcile though nothing could be deleted. */
async function noteFailure(shared: Shared, object: KubernetesObject, writer: StatusWriter): Promise<void> {
  const { status } = viewOf(Kustomization, object);
  if (status === undefined || !isTrue(status.conditions ?? [], condition.ready)) return;
  const written = await writeStatus(writer, object, { ...status, observedGeneration: generationOf(object) });
  if (written !== object) shared.cluster.live.wrote({ ...kustomizationResource, ...refOf(object) }, written);
  tellFinished(shared, object);
}

function tellFinished(shared: Shared, object: KubernetesObject): void {
  const { spec, status } = viewOf(Kustomization, object);
  if (spec === undefined || spec.suspend === true || !isTrue(status?.conditions ?? [], condition.ready)) return;
  const now = shared.engine.clock.now();
  const since = shared.progress.of(refOf(object)).started ?? now;
  const interval = spanText(durationMilliseconds(spec.interval));
  const message = `Reconciliation finished in ${spanText(now - since)}, next run in ${interval}`;
  tellAs(shared, object, { type: 'Normal', message, isOutcome: true });
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

/** Finds where the objects are and deletes them there. An account that is gone cannot delete, and holds nobody up. */
async function leave(
  shared: Shared,
  turn: Turn,
  object: KubernetesObject,
  held: { readonly spec: Spec; readonly inventory: readonly VersionedRef[] },
): Promise<WorkResult | undefined> {
  const { namespace } = turn.ref;
  const account = shared.targets.accountOf(held.spec);
  if (account !== undefined) {
    const ref = { group: '', version: 'v1', kind: 'ServiceAccount', namespace, name: account };
    if ((await shared.cluster.client.find(ref, { signal: turn.signal })) === undefined) {
      const list = held.inventory.map((entry) => `${subjectOf(entry)}\n`).join('');
      shared.engine.log.warn({ kustomization: ownerKey(turn.ref), account }, 'the account that deletes is gone');
      tellAs(shared, object, { type: 'Warning', message: `unable to prune objects: \n${list}` });
      return undefined;
    }
  }
  const owner = { key: ownerKey(turn.ref), namespace, signal: turn.signal };
  const target = await shared.targets.find(held.spec, owner);
  // Whoever waits is woken when the cluster answers.
  if ('waiting' in target) return {};
  if ('problem' in target) {
    shared.engine.log.warn({ kustomization: owner.key, problem: target.problem }, 'the cluster cannot be reached');
    tellAs(shared, object, { type: 'Warning', message: 'pruning for deleted resource failed' });
    return { backOff: true };
  }
  const signal = target.signal === undefined ? turn.signal : AbortSignal.any([turn.signal, target.signal]);
  return terminate({ ...shared, cluster: target.cluster }, { ...turn, signal }, object, held);
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
    const { signal } = turn;
    const outcome = await pruneObjects(cluster, inventory, turn.ref, {
      signal,
      caller,
      handedTo: (held) => handedTo(cluster.claims, object, held, signal),
    });
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
