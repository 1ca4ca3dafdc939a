import type { JsonValue, KubernetesObject } from '@capstan/object';
import { getPath } from '@capstan/object';
import { compact, CONTROLLER_MANAGER, writeStatus, type SimulationContext } from './context.ts';
import { nextTime, parseCron, zoneOffset } from './cron-schedule.ts';
import type { Informer } from './informer.ts';
import { CRON_JOBS, JOBS } from './resources.ts';
import {
  conditionOf,
  controllerOf,
  controllerReference,
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

const COMPONENT = 'cronjob-controller';

/** Due times longer ago than this are not looked for, in milliseconds. */
const MAX_LATE_MS = 24 * 3600 * 1000;

const SCHEDULED = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

/** Runs the CronJob controller: a Job at each due time, by the concurrency policy, with a bounded history. */
export function startCronJobs(context: SimulationContext): void {
  const crons = context.informer(CRON_JOBS);
  const jobs = context.informer(JOBS);
  const lane = context.lane('cronjob', (key) => {
    const cron = crons.byKey(key);
    if (cron === undefined || isDeleting(cron)) return;
    const again = reconcile(context, jobs, cron);
    if (again !== undefined) lane.addAfter(key, again);
  });
  crons.subscribe(({ type, object }) => {
    if (type !== 'DELETED') lane.add(keyOf(object));
  });
  jobs.subscribe(({ object }) => {
    const owner = controllerOf(object);
    if (owner?.['kind'] === 'CronJob') lane.add(`${namespaceOf(object)}/${textAt(owner, 'name')}`);
  });
}

function reconcile(context: SimulationContext, jobs: Informer, cron: KubernetesObject): number | undefined {
  const now = context.clock.now();
  const schedule = scheduleOf(cron);
  const suspended = getPath(cron, 'spec', 'suspend') === true;
  const due = schedule === undefined || suspended ? undefined : latestDue(schedule, since(cron, now), now);
  const scheduled = due === undefined ? undefined : startInTime(context, jobs, cron, due);
  forget(context, jobs, cron);
  report(context, jobs, cron, scheduled);
  if (schedule === undefined || suspended) return undefined;
  const next = schedule.next(now);
  return next === undefined ? undefined : next.getTime() - now.getTime();
}

interface Schedule {
  next(after: Date): Date | undefined;
}

/** When the Jobs are due, by the clocks of the zone that is named; undefined where that cannot be told. */
function scheduleOf(cron: KubernetesObject): Schedule | undefined {
  const schedule = parseCron(textAt(cron, 'spec', 'schedule'));
  const offset = zoneOffset(textAt(cron, 'spec', 'timeZone'));
  if (schedule === undefined || offset === undefined) return undefined;
  return { next: (after) => nextTime(schedule, after, offset) };
}

/** From when on due times count: the last one that was met, or no longer ago than a Job may start late. */
function since(cron: KubernetesObject, now: Date): Date {
  const last = textAt(cron, 'status', 'lastScheduleTime') || textAt(cron.metadata, 'creationTimestamp');
  const deadline = getPath(cron, 'spec', 'startingDeadlineSeconds');
  const earliest = now.getTime() - (typeof deadline === 'number' ? deadline * 1000 : MAX_LATE_MS);
  return new Date(Math.max(Date.parse(last), earliest));
}

/** The last due time up to now; what was missed before it is not made up for. */
function latestDue(schedule: Schedule, from: Date, now: Date): Date | undefined {
  let found: Date | undefined;
  for (let next = schedule.next(from); next !== undefined && next <= now; next = schedule.next(next)) found = next;
  return found;
}

/** Starts the Job of a due time, unless it is too late for it; the time then counts as not met. */
function startInTime(context: SimulationContext, jobs: Informer, cron: KubernetesObject, due: Date): Date | undefined {
  const deadline = getPath(cron, 'spec', 'startingDeadlineSeconds');
  if (typeof deadline !== 'number' || due.getTime() + deadline * 1000 >= context.clock.now().getTime()) {
    return startJob(context, jobs, cron, due);
  }
  const message = `Missed scheduled time to start a job: ${due.toUTCString().replace('GMT', 'UTC')}`;
  context.events.record(cron, { type: 'Warning', reason: 'MissSchedule', message, component: COMPONENT });
  return undefined;
}

function startJob(context: SimulationContext, jobs: Informer, cron: KubernetesObject, due: Date): Date | undefined {
  const active = jobs.controlledBy(uidOf(cron)).filter((job) => !isOver(job));
  const policy = textAt(cron, 'spec', 'concurrencyPolicy');
  if (policy === 'Forbid' && active.length > 0) {
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
    tell(context, cron, 'JobAlreadyActive', message);
    return undefined;
  }
  if (policy === 'Replace') {
    for (const job of active) remove(context, cron, job);
  }
  const name = `${nameOf(cron)}-${Math.floor(due.getTime() / 60_000)}`;
  if (jobs.get(namespaceOf(cron), name) !== undefined) return due;
  const template = objectAt(cron, 'spec', 'jobTemplate');
  const metadata = objectAt(template, 'metadata');
  const job: KubernetesObject = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      ...metadata,
      name,
      namespace: namespaceOf(cron),
      annotations: { ...objectAt(metadata, 'annotations'), [SCHEDULED]: timeText(due) },
      ownerReferences: [controllerReference(cron)],
    },
    spec: objectAt(template, 'spec'),
  };
  context.api.create(JOBS, job, { manager: CONTROLLER_MANAGER });
  tell(context, cron, 'SuccessfulCreate', `Created job ${name}`);
  return due;
}

/** Deletes finished Jobs beyond the history limits, the oldest first. */
function forget(context: SimulationContext, jobs: Informer, cron: KubernetesObject): void {
  const owned = [...jobs.controlledBy(uidOf(cron))].filter((job) => !isDeleting(job));
  const limits: readonly (readonly [string, number])[] = [
    ['Complete', numberAt(cron, 3, 'spec', 'successfulJobsHistoryLimit')],
    ['Failed', numberAt(cron, 1, 'spec', 'failedJobsHistoryLimit')],
  ];
  for (const [type, limit] of limits) {
    const over = owned
      .filter((job) => conditionOf(objectAt(job, 'status'), type)?.['status'] === 'True')
      .sort((a, b) => timeAt(a, 'status', 'startTime') - timeAt(b, 'status', 'startTime'));
    for (const job of over.slice(0, Math.max(0, over.length - limit))) remove(context, cron, job);
  }
}

function report(context: SimulationContext, jobs: Informer, cron: KubernetesObject, scheduled: Date | undefined): void {
  const owned = jobs.controlledBy(uidOf(cron));
  const active: JsonValue[] = owned
    .filter((job) => !isOver(job))
    .map((job) => ({
      apiVersion: 'batch/v1',
      kind: 'Job',
      name: nameOf(job),
      namespace: namespaceOf(job),
      resourceVersion: textAt(job.metadata, 'resourceVersion'),
      uid: uidOf(job),
    }));
  // A Job's resourceVersion is noted once, as it was made: it is no reason to write again.
  const known = objectsAt(cron, 'status', 'active');
  const uids = (list: readonly JsonValue[]): string => list.map((each) => textAt(each, 'uid')).join();
  const same = uids(known) === uids(active);
  const ends = owned.map((job) => textAt(job, 'status', 'completionTime')).filter((time) => time !== '');
  const latest = [textAt(cron, 'status', 'lastSuccessfulTime'), ...ends].sort().at(-1);
  const status = compact({
    active: active.length === 0 ? undefined : same ? known : active,
    lastScheduleTime: scheduled === undefined ? getPath(cron, 'status', 'lastScheduleTime') : timeText(scheduled),
    lastSuccessfulTime: latest === '' ? undefined : latest,
  });
  writeStatus(context, CRON_JOBS, cron, status);
  tellCompleted(context, cron, owned);
  // One that was replaced just now is not missed.
  if (scheduled === undefined) tellMissing(context, cron, owned);
}

function isOver(job: KubernetesObject): boolean {
  const status = objectAt(job, 'status');
  return ['Complete', 'Failed'].some((type) => conditionOf(status, type)?.['status'] === 'True');
}

function remove(context: SimulationContext, cron: KubernetesObject, job: KubernetesObject): void {
  context.api.delete(JOBS, namespaceOf(job), nameOf(job), { uid: uidOf(job), propagation: 'Background' });
  tell(context, cron, 'SuccessfulDelete', `Deleted job ${nameOf(job)}`);
}

function tell(context: SimulationContext, cron: KubernetesObject, reason: string, message: string): void {
  context.events.record(cron, { type: 'Normal', reason, message, component: COMPONENT });
}

/** Jobs that were running when the status was last written, and are over now. */
function tellCompleted(context: SimulationContext, cron: KubernetesObject, owned: readonly KubernetesObject[]): void {
  const active = new Set(objectsAt(cron, 'status', 'active').map((each) => textAt(each, 'uid')));
  for (const job of owned) {
    if (!active.has(uidOf(job)) || !isOver(job)) continue;
    const failed = conditionOf(objectAt(job, 'status'), 'Failed')?.['status'] === 'True';
    const message = `Saw completed job: ${nameOf(job)}, condition: ${failed ? 'Failed' : 'Complete'}`;
    tell(context, cron, 'SawCompletedJob', message);
  }
}

/** Jobs that were running and are there no more, though this controller did not delete them. */
function tellMissing(context: SimulationContext, cron: KubernetesObject, owned: readonly KubernetesObject[]): void {
  const there = new Set(owned.map(uidOf));
  for (const job of objectsAt(cron, 'status', 'active')) {
    if (there.has(textAt(job, 'uid'))) continue;
    tell(context, cron, 'MissingJob', `Active job went missing: ${textAt(job, 'name')}`);
  }
}
