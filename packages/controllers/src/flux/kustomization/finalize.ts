import { Kustomization } from '@capstan/api';
import type { WorkResult } from '@capstan/kube';
import { durationMilliseconds, refOf, type KubernetesObject } from '@capstan/object';
import type { Cluster } from '../../runtime/cluster.ts';
import type { Engine } from '../../runtime/engine.ts';
import type { Turn } from '../../runtime/reconciler.ts';
import { FLUX_FINALIZER, KUSTOMIZE_CONTROLLER, KUSTOMIZE_GROUP, reason } from '../names.ts';
import { viewOf } from '../resource-view.ts';
import { writeFinalizer, type StatusWriter } from '../status-patch.ts';
import { changeLog } from './entries.ts';
import { refsOf } from './inventory.ts';
import type { ProgressBook } from './progress.ts';
import { pruneObjects } from './prune.ts';

type Status = NonNullable<Kustomization['status']>;

/** Deletes what the Kustomization applied, as its deletion policy says, and lets it go. */
export async function finalizeKustomization(
  shared: { readonly engine: Engine; readonly cluster: Cluster; readonly progress: ProgressBook },
  turn: Turn,
  object: KubernetesObject,
  writer: StatusWriter,
): Promise<WorkResult> {
  const { spec, status } = viewOf(Kustomization, object);
  const owner = `Kustomization/${turn.ref.namespace}/${turn.ref.name}`;
  const inventory = refsOf(status?.inventory?.entries ?? []);
  const policy = spec?.deletionPolicy ?? 'MirrorPrune';
  const deletes =
    spec?.suspend !== true &&
    inventory.length > 0 &&
    (policy === 'Delete' || policy === 'WaitForTermination' || (policy === 'MirrorPrune' && spec?.prune === true));
  if (deletes) {
    const served = inventory.filter((ref) => shared.cluster.client.discovery.knownPreferred(ref) !== undefined);
    await shared.cluster.interests.set(owner, served);
    const own = shared.progress.of(turn.ref);
    own.started ??= shared.engine.clock.now();
    const outcome = await pruneObjects(shared.cluster, inventory, turn.ref, { signal: turn.signal, caller: owner });
    if (outcome.errors.length > 0) {
      event(shared.engine, object, status, 'Warning', 'pruning for deleted resource failed');
      return { backOff: true };
    }
    if (outcome.entries.some((entry) => entry.action === 'deleted') && own.drifted !== true) {
      own.drifted = true;
      event(shared.engine, object, status, 'Normal', changeLog(outcome.entries));
    }
    if (policy === 'WaitForTermination') {
      const timeout = durationMilliseconds(spec?.timeout ?? spec?.interval ?? '5m');
      const left = inventory.filter((ref) => shared.cluster.cache.entry(ref)?.deleting === true);
      const elapsed = shared.engine.clock.now() - own.started;
      if (left.length > 0 && elapsed < timeout) return { requeueAfterMs: timeout - elapsed };
      if (left.length > 0) event(shared.engine, object, status, 'Warning', 'failed to wait for resources termination');
    }
  }
  shared.cluster.live.wrote(turn.ref, await writeFinalizer(writer, object, FLUX_FINALIZER, false));
  return {};
}

function event(
  engine: Engine,
  object: KubernetesObject,
  status: Status | undefined,
  type: 'Normal' | 'Warning',
  message: string,
): void {
  const { uid } = object.metadata;
  const why = status?.conditions?.find((entry) => entry.type === 'Ready')?.reason ?? reason.reconciliationSucceeded;
  const revision = status?.lastAppliedRevision;
  engine.events(KUSTOMIZE_CONTROLLER).record({
    regarding: { ...refOf(object), ...(typeof uid === 'string' ? { uid } : {}) },
    type,
    reason: why,
    message,
    ...(revision === undefined ? {} : { annotations: { [`${KUSTOMIZE_GROUP}/revision`]: revision } }),
  });
}
