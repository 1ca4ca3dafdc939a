import { getPath, type JsonValue, type KubernetesObject } from '@capstan/object';
import { conditionOf, isDeleting, numberAt, objectAt, objectsAt, textAt } from '../simulate/read.ts';
import {
  ageCell,
  containerCells,
  flag,
  humanDuration,
  labelsCell,
  nameCell,
  selectorCell,
  shown,
  since,
  table,
} from './cell.ts';

const count = (object: KubernetesObject, field: string): number => numberAt(object, 0, 'status', field);
const wanted = (object: KubernetesObject): number => numberAt(object, 0, 'spec', 'replicas');
const template = (object: KubernetesObject): JsonValue | undefined => getPath(object, 'spec', 'template', 'spec');
const selector = (object: KubernetesObject): string => selectorCell(getPath(object, 'spec', 'selector'));

export const deploymentTable = table(
  'Name Ready Up-to-date Available Age Containers:1 Images:1 Selector:1',
  (object, now) => [
    nameCell(object),
    `${count(object, 'readyReplicas')}/${wanted(object)}`,
    count(object, 'updatedReplicas'),
    count(object, 'availableReplicas'),
    ageCell(object, now),
    ...containerCells(template(object)),
    selector(object),
  ],
);

export const replicaSetTable = table(
  'Name Desired<integer> Current<integer> Ready<integer> Age Containers:1 Images:1 Selector:1',
  (object, now) => [
    nameCell(object),
    wanted(object),
    count(object, 'replicas'),
    count(object, 'readyReplicas'),
    ageCell(object, now),
    ...containerCells(template(object)),
    object.kind === 'ReplicaSet' ? selector(object) : labelsCell(objectAt(object, 'spec', 'selector')),
  ],
);

export const statefulSetTable = table('Name Ready Age Containers:1 Images:1', (object, now) => [
  nameCell(object),
  `${count(object, 'readyReplicas')}/${wanted(object)}`,
  ageCell(object, now),
  ...containerCells(template(object)),
]);

export const daemonSetTable = table(
  'Name Desired<integer> Current<integer> Ready<integer> Up-to-date<integer> Available<integer> Node_Selector Age Containers:1 Images:1 Selector:1',
  (object, now) => [
    nameCell(object),
    count(object, 'desiredNumberScheduled'),
    count(object, 'currentNumberScheduled'),
    count(object, 'numberReady'),
    count(object, 'updatedNumberScheduled'),
    count(object, 'numberAvailable'),
    labelsCell(objectAt(template(object), 'nodeSelector')),
    ageCell(object, now),
    ...containerCells(template(object)),
    selector(object),
  ],
);

export const controllerRevisionTable = table('Name Controller Revision Age', (object, now) => [
  nameCell(object),
  ownerCell(object),
  numberAt(object, 0, 'revision'),
  ageCell(object, now),
]);

function ownerCell(object: KubernetesObject): string {
  const owner = objectsAt(object.metadata, 'ownerReferences').find((each) => each['controller'] === true);
  if (owner === undefined) return '<none>';
  const group = textAt(owner, 'apiVersion').split('/')[0] ?? '';
  return `${textAt(owner, 'kind').toLowerCase()}.${group}/${textAt(owner, 'name')}`;
}

export const jobTable = table(
  'Name Status Completions Duration Age Containers:1 Images:1 Selector:1',
  (object, now) => [
    nameCell(object),
    jobStatus(object),
    completions(object),
    jobDuration(object, now),
    ageCell(object, now),
    ...containerCells(template(object)),
    selector(object),
  ],
);

function jobStatus(object: KubernetesObject): string {
  const status = getPath(object, 'status');
  const holds = (type: string): boolean => conditionOf(status, type)?.['status'] === 'True';
  const first = ['Complete', 'Failed'].find(holds);
  if (first !== undefined) return first;
  if (isDeleting(object)) return 'Terminating';
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(holds) ?? 'Running';
}

function completions(object: KubernetesObject): string {
  const total = getPath(object, 'spec', 'completions');
  const parallelism = numberAt(object, 0, 'spec', 'parallelism');
  if (typeof total === 'number') return `${count(object, 'succeeded')}/${total}`;
  return parallelism > 1 ? `${count(object, 'succeeded')}/1 of ${parallelism}` : `${count(object, 'succeeded')}/1`;
}

function jobDuration(object: KubernetesObject, now: Date): string {
  const start = Date.parse(textAt(object, 'status', 'startTime'));
  if (Number.isNaN(start)) return '';
  const failed = conditionOf(getPath(object, 'status'), 'Failed');
  const end = textAt(object, 'status', 'completionTime') || textAt(failed, 'lastTransitionTime');
  return humanDuration((end === '' ? now.getTime() : Date.parse(end)) - start);
}

export const cronJobTable = table(
  'Name Schedule Timezone Suspend<boolean> Active<integer> Last_Schedule Age Containers:1 Images:1 Selector:1',
  (object, now) => {
    const last = textAt(object, 'status', 'lastScheduleTime');
    const job = getPath(object, 'spec', 'jobTemplate', 'spec');
    return [
      nameCell(object),
      textAt(object, 'spec', 'schedule'),
      shown(getPath(object, 'spec', 'timeZone'), '<none>'),
      flag(getPath(object, 'spec', 'suspend')),
      objectsAt(object, 'status', 'active').length,
      last === '' ? '<none>' : since(last, now),
      ageCell(object, now),
      ...containerCells(getPath(job, 'template', 'spec')),
      selectorCell(getPath(job, 'selector')),
    ];
  },
);

export const podTemplateTable = table('Name Containers Images Pod_Labels', (object) => [
  nameCell(object),
  ...containerCells(getPath(object, 'template', 'spec')),
  labelsCell(objectAt(object, 'template', 'metadata', 'labels')),
]);

export const autoscalerTable = table('Name Reference Targets MinPods MaxPods Replicas Age', (object, now) => [
  nameCell(object),
  `${textAt(object, 'spec', 'scaleTargetRef', 'kind')}/${textAt(object, 'spec', 'scaleTargetRef', 'name')}`,
  targets(object),
  shown(getPath(object, 'spec', 'minReplicas'), '<unset>'),
  numberAt(object, 0, 'spec', 'maxReplicas'),
  count(object, 'currentReplicas'),
  ageCell(object, now),
]);

const SHOWN_METRICS = 2;

function targets(object: KubernetesObject): string {
  const old = getPath(object, 'spec', 'targetCPUUtilizationPercentage');
  if (typeof old === 'number') {
    const used = getPath(object, 'status', 'currentCPUUtilizationPercentage');
    return `cpu: ${typeof used === 'number' ? `${used}%` : '<unknown>'}/${old}%`;
  }
  const metrics = objectsAt(object, 'spec', 'metrics');
  if (metrics.length === 0) return '<none>';
  const list = metrics.map((metric, index) => {
    const key = textAt(metric, 'type').charAt(0).toLowerCase() + textAt(metric, 'type').slice(1);
    const current = getPath(object, 'status', 'currentMetrics', index, key, 'current');
    const aim = getPath(metric, key, 'target');
    const named = key === 'resource' || key === 'containerResource' ? `${textAt(metric, key, 'name')}: ` : '';
    const percent = getPath(aim, 'averageUtilization');
    if (typeof percent === 'number') {
      const used = getPath(current, 'averageUtilization');
      return `${named}${typeof used === 'number' ? `${used}%` : '<unknown>'}/${percent}%`;
    }
    const average = textAt(aim, 'averageValue');
    const field = average === '' ? 'value' : 'averageValue';
    const suffix = average !== '' && named === '' ? ' (avg)' : '';
    return `${named}${textAt(current, field) || '<unknown>'}/${textAt(aim, field)}${suffix}`;
  });
  const rest = list.length - SHOWN_METRICS;
  const first = list.slice(0, SHOWN_METRICS).join(', ');
  return rest > 0 ? `${first} + ${rest} more...` : first;
}

export const budgetTable = table(
  'Name Min_Available Max_Unavailable Allowed_Disruptions<integer> Age',
  (object, now) => [
    nameCell(object),
    shown(getPath(object, 'spec', 'minAvailable'), 'N/A'),
    shown(getPath(object, 'spec', 'maxUnavailable'), 'N/A'),
    count(object, 'disruptionsAllowed'),
    ageCell(object, now),
  ],
);
