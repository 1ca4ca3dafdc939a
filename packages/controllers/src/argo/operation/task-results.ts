import type { ApplyTask, Observation, TaskResult } from '@capstan/apply';
import { refKey, type KubernetesObject } from '@capstan/object';
import { imagesOf } from '../images.ts';
import type { SyncTask } from './plan.ts';
import { wordsOf, type OperationState, type ResourceResult } from './state.ts';
import type { SyncRun } from './sync-run.ts';

/** How an object is now, as far as a sync cares. */
export function observationOf(run: SyncRun, task: ApplyTask, live: KubernetesObject | undefined): Observation {
  if (live === undefined) return { state: 'absent' };
  const deleting = typeof live.metadata['deletionTimestamp'] === 'string';
  const health = run.compare.judge(live);
  const message = health?.message ?? '';
  switch (health?.status) {
    case undefined:
      return { state: 'unjudged', message: task.hook === undefined ? '' : `${task.ref.name} created`, deleting };
    case 'Healthy':
      return { state: 'healthy', message, deleting };
    case 'Degraded':
      return { state: 'degraded', message, deleting };
    case 'Progressing':
      return { state: 'progressing', message, deleting };
    case 'Suspended':
      return { state: 'suspended', message, deleting };
    case 'Missing':
    case 'Unknown':
      return { state: 'unknown', message, deleting };
  }
}

/** A state with the result of one task. */
export function record(run: SyncRun, state: OperationState, task: ApplyTask, result: TaskResult): OperationState {
  const planned = run.plan.tasks.get(task.id);
  if (planned === undefined) return state;
  return { ...state, resources: withResult(state.resources, planned, result) };
}

/** The results with one set: in its place where it is there already, else at the end. */
export function withResult(
  resources: readonly ResourceResult[],
  planned: SyncTask,
  result: TaskResult,
): readonly ResourceResult[] {
  const { result: ref, phase, task } = planned;
  const object = planned.target?.object ?? planned.live;
  const images = object === undefined ? [] : imagesOf(object);
  const entry: ResourceResult = {
    group: ref.group,
    version: ref.version,
    kind: ref.kind,
    namespace: ref.namespace,
    name: ref.name,
    syncPhase: phase,
    ...(images.length === 0 ? {} : { images }),
    ...(task.hook === undefined ? {} : { hookType: task.hook.type }),
    ...wordsOf(result),
  };
  const at = resources.findIndex((other) => refKey(other) === refKey(ref) && other.syncPhase === phase);
  return at < 0 ? [...resources, entry] : resources.with(at, entry);
}
