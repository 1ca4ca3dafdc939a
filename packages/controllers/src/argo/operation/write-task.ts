import {
  applyClientSide,
  applyServerSide,
  deleteObject,
  isImmutableRefusal,
  replaceObject,
  type WriteContext,
  type WriteOutcome,
} from '@capstan/apply';
import { ownsByUpdate, planTakeover } from '@capstan/diff';
import { CapstanError, isCapstanError } from '@capstan/errors';
import { sleep, type Clock } from '@capstan/kube';
import { getPath, gvkOf, isJsonObject, refOf, type JsonValue, type KubernetesObject } from '@capstan/object';
import type { Cluster } from '../../runtime/cluster.ts';
import type { KindRules } from '../../runtime/kind-rules.ts';
import { serverSideTakeover } from '../compare/compare-object.ts';
import { REPLACE_MANAGER } from '../names.ts';
import { isDefinition } from '../tracking.ts';
import type { SyncTask } from './plan.ts';
import { isAccess, reconcileAccess, type ReconciledAccess } from './rbac-reconcile.ts';

/** How long a new CRD is waited for, and how often it is looked at: a server establishes one within a second. */
const CRD_WAIT_MS = 5_000;
const CRD_LOOK_MS = 100;

/** What writing a task needs. */
export interface TaskWriter {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly context: WriteContext;
  /** The manager whose client-side fields a server-side apply takes over; nobody's where that is switched off. */
  readonly migrateFrom: string | undefined;
  /** Whether a dry-run cannot ask the server: what the object needs is only made by the sync itself. */
  readonly isUnasked?: boolean;
}

/** What has become of a task's object. */
export interface Written {
  readonly outcome: WriteOutcome;
  /** The object as it was right before it was applied. */
  readonly before: KubernetesObject | undefined;
  /** What was said before it was applied. */
  readonly preface: string;
}

/** Applies a task's object, as its strategy says. Throws KUBE_*. */
export async function writeTask(task: SyncTask, writer: TaskWriter): Promise<Written> {
  const { target } = task;
  if (target === undefined) throw new CapstanError('OBJECT_INVALID', `${task.result.name} has nothing to apply`);
  const { live, words } = await reconciled(task, target.object, writer);
  if (writer.isUnasked === true) return { outcome: { action: 'left-alone' }, before: live, preface: words };
  const outcome = await attempt(task, target.object, live, writer);
  if (isDefinition(target.object) && writer.context.dryRun !== true) await established(target.object, writer);
  return { outcome, before: live, preface: words };
}

/** Roles and bindings are reconciled before they are applied client-side. */
async function reconciled(
  task: SyncTask,
  desired: KubernetesObject,
  { cluster, context }: TaskWriter,
): Promise<ReconciledAccess> {
  const { strategy } = task.write ?? {};
  if (strategy !== 'client-side' || !isAccess(desired)) return { live: task.live, words: '' };
  return reconcileAccess(cluster.client, desired, task.live, context);
}

async function attempt(
  task: SyncTask,
  desired: KubernetesObject,
  live: KubernetesObject | undefined,
  writer: TaskWriter,
): Promise<WriteOutcome> {
  try {
    return await write(task, desired, live, writer);
  } catch (error) {
    // The cache was behind: somebody else made the object, changed it, or took it away meanwhile.
    const isStale =
      (live === undefined && isCapstanError(error, 'KUBE_ALREADY_EXISTS')) ||
      (live !== undefined && isCapstanError(error, 'KUBE_NOT_FOUND')) ||
      (task.write?.strategy === 'replace' && isCapstanError(error, 'KUBE_CONFLICT') && !isImmutableRefusalOf(error));
    if (!isStale) throw error;
    const fresh = await writer.cluster.client.find(task.task.ref, { signal: writer.context.signal });
    if (live === undefined && fresh === undefined) throw error;
    return write(task, desired, fresh, writer);
  }
}

async function write(
  task: SyncTask,
  desired: KubernetesObject,
  live: KubernetesObject | undefined,
  writer: TaskWriter,
): Promise<WriteOutcome> {
  const { cluster, context } = writer;
  const { client } = cluster;
  const force = task.write?.force === true;
  switch (task.write?.strategy) {
    case 'server-side': {
      if (force)
        throw new CapstanError('KUBE_REFUSED', 'error validating options: --force cannot be used with --server-side');
      const takeover = live === undefined ? undefined : planTakeoverOf(live, writer.migrateFrom);
      return applyServerSide(client, desired, live, takeover, context);
    }
    case 'replace':
      return force && live !== undefined && desired.kind !== 'Namespace' && !isDefinition(desired)
        ? recreate(desired, live, writer)
        : replaceObject(client, desired, live, { ...context, manager: REPLACE_MANAGER });
    case 'client-side':
    case undefined: {
      const { merge } = await rulesOf(task, desired, writer);
      try {
        return await applyClientSide(client, desired, live, merge, context);
      } catch (error) {
        if (!force || live === undefined || !isImmutableRefusal(error)) throw error;
        await deleteObject(client, live, 'Background', context);
        const made = await applyClientSide(client, desired, undefined, merge, context);
        return made.action === 'created' ? { ...made, action: 'configured' } : made;
      }
    }
  }
}

function planTakeoverOf(live: KubernetesObject, manager: string | undefined): ReturnType<typeof planTakeover> {
  if (manager === undefined || !ownsByUpdate(live, manager)) return undefined;
  return planTakeover(live, { ...serverSideTakeover, from: [{ prefix: manager, operation: 'Update' }] });
}

async function recreate(desired: KubernetesObject, live: KubernetesObject, writer: TaskWriter): Promise<WriteOutcome> {
  await deleteObject(writer.cluster.client, live, 'Background', writer.context);
  const made = await replaceObject(writer.cluster.client, desired, undefined, {
    ...writer.context,
    manager: REPLACE_MANAGER,
  });
  return made.action === 'created' ? { ...made, action: 'recreated' } : made;
}

/** The rules of a kind that may have come with this very sync. */
async function rulesOf(task: SyncTask, desired: KubernetesObject, writer: TaskWriter): Promise<KindRules> {
  return task.target?.rules ?? writer.cluster.rules(gvkOf(desired), writer.context.signal);
}

/** Waits until a CRD is served, so that the objects of its kind can follow. */
async function established(definition: KubernetesObject, writer: TaskWriter): Promise<void> {
  const { clock, cluster, context } = writer;
  const deadline = clock.monotonic() + CRD_WAIT_MS;
  while (clock.monotonic() < deadline) {
    const live = await cluster.client.find(refOf(definition), { signal: context.signal });
    const conditions = getPath(live, 'status', 'conditions');
    const isEstablished =
      Array.isArray(conditions) &&
      (conditions as readonly JsonValue[]).some(
        (entry) => isJsonObject(entry) && entry['type'] === 'Established' && entry['status'] === 'True',
      );
    if (isEstablished) break;
    await sleep(clock, CRD_LOOK_MS, context.signal);
  }
  cluster.client.discovery.invalidate();
}

function isImmutableRefusalOf(error: unknown): boolean {
  return error instanceof CapstanError && error.message.includes('immutable');
}
