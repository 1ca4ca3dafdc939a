import { deleteObject, type ApplyTask, type TaskResult } from '@capstan/apply';
import { isCapstanError } from '@capstan/errors';
import { refOf, type KubernetesObject } from '@capstan/object';
import { finalizers } from '../annotations.ts';
import { APPLY_MANAGER, HOOK_FINALIZER } from '../names.ts';
import type { SyncTask } from './plan.ts';
import { recordedOf, type OperationState } from './state.ts';
import { contextOf, propagationOf, type SyncRun } from './sync-run.ts';
import { observationOf } from './task-results.ts';

/** Hooks that have completed may go: whoever deletes them need not wait for us. */
export async function freeHooks(
  run: SyncRun,
  state: OperationState,
  lives: Map<string, KubernetesObject | undefined>,
): Promise<void> {
  const { results } = recordedOf(state);
  for (const [id, { task }] of run.plan.tasks) {
    const phase = results.get(id)?.phase;
    const live = lives.get(id);
    if (task.hook === undefined || live === undefined || phase === undefined || phase === 'running') continue;
    lives.set(id, await freeHook(run, live));
  }
}

/** Deletes hooks, once they may go. */
export async function removeHooks(
  run: SyncRun,
  tasks: readonly ApplyTask[],
  lives: Map<string, KubernetesObject | undefined>,
): Promise<void> {
  for (const task of tasks) {
    const live = lives.get(task.id);
    const planned = run.plan.tasks.get(task.id);
    if (live === undefined || planned === undefined) continue;
    const freed = await freeHook(run, live);
    await deleteObject(run.cluster.client, freed, propagationOf(planned), contextOf(run));
    run.cluster.live.removed(task.ref);
    run.onDeleted(freed);
  }
}

/** A hook without the finalizer that keeps it until its phase is over. */
export async function freeHook(run: SyncRun, live: KubernetesObject): Promise<KubernetesObject> {
  const list = finalizers(live);
  if (!list.includes(HOOK_FINALIZER)) return live;
  const kept = list.filter((entry) => entry !== HOOK_FINALIZER);
  const ref = refOf(live);
  try {
    const freed = await run.cluster.client.patch(
      ref,
      { kind: 'merge', patch: { metadata: { finalizers: kept.length === 0 ? null : kept } } },
      { fieldManager: APPLY_MANAGER, signal: run.signal, caller: run.caller },
    );
    run.cluster.live.wrote(ref, freed);
    return freed;
  } catch (error) {
    if (isCapstanError(error, 'KUBE_NOT_FOUND')) return live;
    throw error;
  }
}

/** Ends a hook that runs. Returns what has become of it. */
export async function endHook(run: SyncRun, planned: SyncTask): Promise<TaskResult> {
  const { task } = planned;
  const live = planned.live ?? (await run.cluster.client.find(task.ref, { signal: run.signal, caller: run.caller }));
  if (live === undefined) return { status: 'synced', phase: 'succeeded', message: 'Terminated' };
  const freed = await freeHook(run, live);
  const seen = observationOf(run, task, live);
  const isRunning = seen.state === 'progressing' || seen.state === 'suspended';
  if (isRunning || task.hook?.deletePolicies.includes('HookFailed') === true) {
    await deleteObject(run.cluster.client, freed, propagationOf(planned), contextOf(run));
    run.cluster.live.removed(task.ref);
    run.onDeleted(freed);
  }
  if (isRunning || seen.state === 'absent') return { status: 'synced', phase: 'failed', message: 'Terminated' };
  const phase = seen.state === 'healthy' || seen.state === 'unjudged' ? 'succeeded' : 'failed';
  return { status: 'synced', phase, message: seen.message };
}
