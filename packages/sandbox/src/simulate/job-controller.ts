import type { JsonObject, KubernetesObject } from '@capstan/object';
import { getPath } from '@capstan/object';
import { compact, writeStatus, type SimulationContext } from './context.ts';
import type { Informer } from './informer.ts';
import { JOBS, PODS } from './resources.ts';
import {
  conditionOf,
  controllerOf,
  isDeleting,
  keyOf,
  nameOf,
  namespaceOf,
  numberAt,
  objectAt,
  objectsAt,
  textAt,
  timeAt,
  timeText,
  uidOf,
} from './read.ts';
import { createPod, deletePod } from './told-pods.ts';
import { isActive, isReady, podFromTemplate, podNamePrefix } from './workload-pods.ts';

const COMPONENT = 'job-controller';

interface Verdict {
  readonly outcome: 'Complete' | 'Failed';
  readonly reason: string;
  readonly message: string;
}

/** Runs the Job controller: pods up to completions and parallelism, retries, deadlines, suspension, clean-up. */
export function startJobs(context: SimulationContext): void {
  const jobs = context.informer(JOBS);
  const pods = context.informer(PODS);
  const lane = context.lane('job', (key) => {
    const job = jobs.byKey(key);
    if (job === undefined || isDeleting(job)) return;
    const again = isOver(job) ? expire(context, job) : reconcile(context, pods, job);
    if (again !== undefined) lane.addAfter(key, again);
  });
  jobs.subscribe(({ type, object }) => {
    if (type !== 'DELETED') lane.add(keyOf(object));
  });
  pods.subscribe(({ object }) => {
    const owner = controllerOf(object);
    if (owner?.['kind'] === 'Job') lane.add(`${namespaceOf(object)}/${textAt(owner, 'name')}`);
  });
}

function isOver(job: KubernetesObject): boolean {
  const status = objectAt(job, 'status');
  return ['Complete', 'Failed'].some((type) => conditionOf(status, type)?.['status'] === 'True');
}

/** Deletes a finished Job once its time to live is over. */
function expire(context: SimulationContext, job: KubernetesObject): number | undefined {
  const seconds = getPath(job, 'spec', 'ttlSecondsAfterFinished');
  if (typeof seconds !== 'number') return undefined;
  const status = objectAt(job, 'status');
  const end = conditionOf(status, 'Complete') ?? conditionOf(status, 'Failed');
  const left = timeAt(end, 'lastTransitionTime') + seconds * 1000 - context.clock.now().getTime();
  if (left > 0) return left;
  context.api.delete(JOBS, namespaceOf(job), nameOf(job), { uid: uidOf(job), propagation: 'Background' });
  return undefined;
}

function reconcile(context: SimulationContext, pods: Informer, job: KubernetesObject): number | undefined {
  const suspended = getPath(job, 'spec', 'suspend') === true;
  const started = startTimeOf(context, job, suspended);
  const tally = tallyOf(pods, job);
  const verdict = suspended ? undefined : judge(context, job, tally, started);
  if (suspended || verdict !== undefined) stop(context, job, tally.active);
  else fill(context, job, tally);
  const now = tallyOf(pods, job);
  const lost = verdict?.outcome === 'Failed' ? now.active.length + (tally.active.length - now.active.length) : 0;
  const done = verdict !== undefined && now.active.length === 0;
  const status = statusOf(context, job, { suspended, started, tally: now, verdict, done, lost });
  writeStatus(context, JOBS, job, status);
  tell(context, job, status);
  return deadlineIn(context, job, started, verdict);
}

interface Tally {
  readonly active: readonly KubernetesObject[];
  readonly succeeded: number;
  readonly failed: number;
}

function tallyOf(pods: Informer, job: KubernetesObject): Tally {
  const owned = pods.controlledBy(uidOf(job));
  const phase = (wanted: string): number => owned.filter((pod) => textAt(pod, 'status', 'phase') === wanted).length;
  return { active: owned.filter(isActive), succeeded: phase('Succeeded'), failed: phase('Failed') };
}

function startTimeOf(context: SimulationContext, job: KubernetesObject, suspended: boolean): string | undefined {
  if (suspended) return undefined;
  return textAt(job, 'status', 'startTime') || timeText(context.clock.now());
}

/** Whether the Job is over, and how. */
function judge(
  context: SimulationContext,
  job: KubernetesObject,
  tally: Tally,
  started: string | undefined,
): Verdict | undefined {
  const decided = objectAt(job, 'status');
  const earlier = conditionOf(decided, 'FailureTarget') ?? conditionOf(decided, 'SuccessCriteriaMet');
  if (earlier !== undefined) {
    const outcome = earlier['type'] === 'FailureTarget' ? 'Failed' : 'Complete';
    return { outcome, reason: textAt(earlier, 'reason'), message: textAt(earlier, 'message') };
  }
  if (tally.failed > numberAt(job, 6, 'spec', 'backoffLimit')) {
    const message = 'Job has reached the specified backoff limit';
    return { outcome: 'Failed', reason: 'BackoffLimitExceeded', message };
  }
  const deadline = getPath(job, 'spec', 'activeDeadlineSeconds');
  if (typeof deadline === 'number' && started !== undefined) {
    if (Date.parse(started) + deadline * 1000 <= context.clock.now().getTime()) {
      const message = 'Job was active longer than specified deadline';
      return { outcome: 'Failed', reason: 'DeadlineExceeded', message };
    }
  }
  const completions = getPath(job, 'spec', 'completions');
  const complete =
    typeof completions === 'number' ? tally.succeeded >= completions : tally.succeeded > 0 && tally.active.length === 0;
  if (!complete) return undefined;
  return { outcome: 'Complete', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' };
}

function stop(context: SimulationContext, job: KubernetesObject, active: readonly KubernetesObject[]): void {
  for (const pod of active) deletePod(context, job, pod, COMPONENT);
}

/** Tells of the conditions that this write brings, as the real controller words them. */
function tell(context: SimulationContext, job: KubernetesObject, status: JsonObject): void {
  for (const condition of objectsAt(status, 'conditions')) {
    const type = textAt(condition, 'type');
    const holds = condition['status'] === 'True';
    const before = conditionOf(objectAt(job, 'status'), type);
    if (before?.['status'] === condition['status']) continue;
    const by = { type: 'Normal', component: COMPONENT } as const;
    if (type === 'Complete') context.events.record(job, { ...by, reason: 'Completed', message: 'Job completed' });
    else if (type === 'Suspended' && holds) {
      context.events.record(job, { ...by, reason: 'Suspended', message: 'Job suspended' });
    } else if (type === 'Suspended') {
      context.events.record(job, { ...by, reason: 'Resumed', message: 'Job resumed' });
    } else if (type === 'Failed') {
      const told = { reason: textAt(condition, 'reason'), message: textAt(condition, 'message') };
      context.events.record(job, { ...by, type: 'Warning', ...told });
    }
  }
}

function fill(context: SimulationContext, job: KubernetesObject, tally: Tally): void {
  const parallelism = numberAt(job, 1, 'spec', 'parallelism');
  const completions = getPath(job, 'spec', 'completions');
  const open = typeof completions === 'number' ? completions - tally.succeeded : tally.succeeded > 0 ? 0 : parallelism;
  const wanted = Math.min(parallelism, Math.max(0, open)) - tally.active.length;
  const template = objectAt(job, 'spec', 'template');
  const prefix = podNamePrefix(job);
  for (let made = 0; made < wanted; made++) {
    const pod = podFromTemplate(job, template, { generateName: prefix });
    createPod(context, job, pod, COMPONENT);
  }
}

interface JobState {
  readonly suspended: boolean;
  readonly started: string | undefined;
  readonly tally: Tally;
  readonly verdict: Verdict | undefined;
  readonly done: boolean;
  readonly lost: number;
}

function statusOf(context: SimulationContext, job: KubernetesObject, state: JobState): JsonObject {
  const { tally, verdict, done } = state;
  const now = timeText(context.clock.now());
  const conditions = conditionsOf(job, state, now);
  const completed = done && verdict?.outcome === 'Complete';
  // Pods that were stopped count as failed, and are not there any more to be counted again.
  const failed = Math.max(tally.failed + state.lost, numberAt(job, 0, 'status', 'failed'));
  return compact({
    active: tally.active.length || undefined,
    completionTime: completed ? now : undefined,
    conditions: conditions.length === 0 ? undefined : conditions,
    failed: failed || undefined,
    ready: tally.active.filter(isReady).length,
    startTime: state.started,
    succeeded: tally.succeeded || undefined,
    terminating: 0,
    uncountedTerminatedPods: {},
  });
}

function conditionsOf(job: KubernetesObject, state: JobState, now: string): readonly JsonObject[] {
  const list = [...objectsAt(job, 'status', 'conditions')];
  const set = (type: string, status: string, reason: string, message: string): void => {
    const index = list.findIndex((each) => each['type'] === type);
    if (index >= 0 && list[index]?.['status'] === status) return;
    const condition = { lastProbeTime: now, lastTransitionTime: now, message, reason, status, type };
    if (index >= 0) list[index] = condition;
    else list.push(condition);
  };
  if (state.suspended) set('Suspended', 'True', 'JobSuspended', 'Job suspended');
  else if (list.some((each) => each['type'] === 'Suspended')) set('Suspended', 'False', 'JobResumed', 'Job resumed');
  if (state.verdict === undefined) return list;
  const { outcome, reason, message } = state.verdict;
  set(outcome === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget', 'True', reason, message);
  if (state.done) set(outcome, 'True', reason, message);
  return list;
}

function deadlineIn(
  context: SimulationContext,
  job: KubernetesObject,
  started: string | undefined,
  verdict: Verdict | undefined,
): number | undefined {
  const deadline = getPath(job, 'spec', 'activeDeadlineSeconds');
  if (verdict !== undefined || started === undefined || typeof deadline !== 'number') return undefined;
  return Math.max(1, Date.parse(started) + deadline * 1000 - context.clock.now().getTime());
}
