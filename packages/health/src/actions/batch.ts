import { getPath, isJsonObject, type JsonObject } from '@capstan/object';
import { conditionsOf, textAt } from '../fields.ts';
import {
  compactTime,
  isSet,
  listAt,
  ownerReference,
  resume,
  suspend,
  timestamp,
  withAt,
  type ActionSet,
  type ResourceAction,
} from './action-set.ts';

const PLAY = 'fa fa-fw fa-play';
const PAUSE = 'fa fa-fw fa-pause';

const ENDS = ['Complete', 'Failed', 'FailureTarget', 'SuccessCriteriaMet'];

/** CronJobs can be suspended, resumed, and run now. */
export const cronJobActions: ActionSet = {
  discover(object) {
    const isSuspended = isSet(getPath(object, 'spec', 'suspend'));
    return [
      { name: 'create-job', iconClass: 'fa fa-fw fa-plus', displayName: 'Create Job' },
      isSuspended ? { name: 'resume', iconClass: PLAY } : { name: 'suspend', iconClass: PAUSE },
    ];
  },
  actions: {
    suspend,
    resume,
    'create-job': (object, { now }) => [{ operation: 'create', resource: jobOf(object, now) }],
  },
};

/** A Job as `kubectl create job --from=cronjob/…` makes it. */
function jobOf(cronJob: JsonObject, now: Date): JsonObject {
  const metadata = getPath(cronJob, 'spec', 'jobTemplate', 'metadata');
  const namespace = getPath(cronJob, 'metadata', 'namespace');
  const spec = getPath(cronJob, 'spec', 'jobTemplate', 'spec');
  const job: JsonObject = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      ...(isJsonObject(metadata) ? metadata : {}),
      // The year has two digits: the name of a Job is part of its pods' names.
      name: `${textAt(cronJob, ['metadata', 'name'])}-${compactTime(now).slice(2)}`,
      ...(namespace === undefined ? {} : { namespace }),
      ownerReferences: [ownerReference(cronJob, { blockOwnerDeletion: true, controller: true })],
    },
    ...(spec === undefined ? {} : { spec }),
  };
  return withAt(job, ['metadata', 'annotations', 'cronjob.kubernetes.io/instantiate'], 'manual');
}

/** Jobs that have not ended can be suspended, resumed and terminated. */
export const jobActions: ActionSet = {
  discover(object) {
    if (hasEnded(object)) return [];
    const isSuspended = isSet(getPath(object, 'spec', 'suspend'));
    const actions: ResourceAction[] = [
      isSuspended ? { name: 'resume', iconClass: PLAY } : { name: 'suspend', iconClass: PAUSE },
    ];
    if (isJsonObject(getPath(object, 'status'))) actions.push({ name: 'terminate', iconClass: 'fa fa-fw fa-stop' });
    return actions;
  },
  actions: {
    suspend,
    resume,
    terminate: (object, { now }) => {
      if (!isJsonObject(getPath(object, 'status')) || hasEnded(object)) return object;
      const condition = {
        lastTransitionTime: timestamp(now),
        message: 'Job was terminated explicitly through Argo CD',
        reason: 'ManuallyTerminated',
        status: 'True',
        type: 'FailureTarget',
      };
      return withAt(object, ['status', 'conditions'], [...listAt(object, 'status', 'conditions'), condition]);
    },
  },
};

function hasEnded(job: JsonObject): boolean {
  return conditionsOf(job).some(({ type, status }) => ENDS.includes(type) && status === 'True');
}
