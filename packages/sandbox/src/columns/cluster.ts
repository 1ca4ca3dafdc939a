import { getPath, type JsonValue, type KubernetesObject } from '@capstan/object';
import { conditionOf, numberAt, objectAt, objectsAt, textAt } from '../simulate/read.ts';
import { ageCell, flag, nameCell, shown, since, table } from './cell.ts';

const MODES: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};
/** In this order the access modes are shown. */
const MODE_ORDER = ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'];

function accessModes(value: JsonValue | undefined): string {
  if (!Array.isArray(value)) return '';
  return MODE_ORDER.filter((mode) => value.includes(mode))
    .map((mode) => MODES[mode] ?? mode)
    .join(',');
}

export const configMapTable = table('Name Data Age', (object, now) => [
  nameCell(object),
  Object.keys(objectAt(object, 'data')).length + Object.keys(objectAt(object, 'binaryData')).length,
  ageCell(object, now),
]);

export const secretTable = table('Name Type Data Age', (object, now) => [
  nameCell(object),
  textAt(object, 'type'),
  Object.keys(objectAt(object, 'data')).length,
  ageCell(object, now),
]);

/** Kinds that show nothing but their age. */
export const nameAndAgeTable = table('Name Age', (object, now) => [nameCell(object), ageCell(object, now)]);

/** Kinds without columns of their own: name and time of creation. */
export const createdTable = table('Name Created_At<date>', (object) => [
  nameCell(object),
  textAt(object.metadata, 'creationTimestamp'),
]);

export const namespaceTable = table('Name Status Age', (object, now) => [
  nameCell(object),
  textAt(object, 'status', 'phase'),
  ageCell(object, now),
]);

export const nodeTable = table(
  'Name Status Roles Age Version Internal-IP:1 External-IP:1 OS-Image:1 Kernel-Version:1 Container-Runtime:1',
  (object, now) => {
    const info = objectAt(object, 'status', 'nodeInfo');
    const address = (type: string): string =>
      textAt(
        objectsAt(object, 'status', 'addresses').find((each) => each['type'] === type),
        'address',
      ) || '<none>';
    return [
      nameCell(object),
      nodeStatus(object),
      nodeRoles(object),
      ageCell(object, now),
      textAt(info, 'kubeletVersion'),
      address('InternalIP'),
      address('ExternalIP'),
      shown(info['osImage'], '<unknown>'),
      shown(info['kernelVersion'], '<unknown>'),
      shown(info['containerRuntimeVersion'], '<unknown>'),
    ];
  },
);

function nodeStatus(object: KubernetesObject): string {
  const ready = conditionOf(getPath(object, 'status'), 'Ready');
  const status = ready === undefined ? 'Unknown' : ready['status'] === 'True' ? 'Ready' : 'NotReady';
  return getPath(object, 'spec', 'unschedulable') === true ? `${status},SchedulingDisabled` : status;
}

function nodeRoles(object: KubernetesObject): string {
  const prefix = 'node-role.kubernetes.io/';
  const labels = objectAt(object.metadata, 'labels');
  const roles = Object.keys(labels).flatMap((label) =>
    label.startsWith(prefix) && label.length > prefix.length
      ? [label.slice(prefix.length)]
      : label === 'kubernetes.io/role'
        ? [textAt(labels, label)]
        : [],
  );
  return roles.length === 0 ? '<none>' : roles.sort().join(',');
}

export const claimTable = table(
  'Name Status Volume Capacity Access_Modes StorageClass VolumeAttributesClass Age VolumeMode:1',
  (object, now) => {
    const bound = textAt(object, 'spec', 'volumeName') !== '';
    const phase =
      textAt(object.metadata, 'deletionTimestamp') === '' ? textAt(object, 'status', 'phase') : 'Terminating';
    return [
      nameCell(object),
      phase,
      textAt(object, 'spec', 'volumeName'),
      bound ? textAt(object, 'status', 'capacity', 'storage') : '',
      bound ? accessModes(getPath(object, 'status', 'accessModes')) : '',
      textAt(object, 'spec', 'storageClassName'),
      shown(getPath(object, 'spec', 'volumeAttributesClassName'), '<unset>'),
      ageCell(object, now),
      shown(getPath(object, 'spec', 'volumeMode'), '<unset>'),
    ];
  },
);

export const volumeTable = table(
  'Name Capacity Access_Modes Reclaim_Policy Status Claim StorageClass VolumeAttributesClass Reason Age VolumeMode:1',
  (object, now) => {
    const claim = objectAt(object, 'spec', 'claimRef');
    const phase =
      textAt(object.metadata, 'deletionTimestamp') === '' ? textAt(object, 'status', 'phase') : 'Terminating';
    return [
      nameCell(object),
      textAt(object, 'spec', 'capacity', 'storage'),
      accessModes(getPath(object, 'spec', 'accessModes')),
      textAt(object, 'spec', 'persistentVolumeReclaimPolicy'),
      phase,
      textAt(claim, 'name') === '' ? '' : `${textAt(claim, 'namespace')}/${textAt(claim, 'name')}`,
      textAt(object, 'spec', 'storageClassName'),
      shown(getPath(object, 'spec', 'volumeAttributesClassName'), '<unset>'),
      textAt(object, 'status', 'reason'),
      ageCell(object, now),
      shown(getPath(object, 'spec', 'volumeMode'), '<unset>'),
    ];
  },
);

export const storageClassTable = table(
  'Name Provisioner ReclaimPolicy VolumeBindingMode AllowVolumeExpansion Age',
  (object, now) => {
    const standard = textAt(object.metadata, 'annotations', 'storageclass.kubernetes.io/is-default-class') === 'true';
    return [
      standard ? `${nameCell(object)} (default)` : nameCell(object),
      textAt(object, 'provisioner'),
      textAt(object, 'reclaimPolicy') || 'Delete',
      textAt(object, 'volumeBindingMode') || 'Immediate',
      getPath(object, 'allowVolumeExpansion') === true,
      ageCell(object, now),
    ];
  },
);

export const quotaTable = table('Name Request Limit Age', (object, now) => {
  const hard = objectAt(object, 'status', 'hard');
  const terms = (limits: boolean): string =>
    Object.keys(hard)
      .sort()
      .filter((name) => name.startsWith('limits.') === limits)
      .map((name) => `${name}: ${textAt(object, 'status', 'used', name) || '0'}/${textAt(hard, name)}`)
      .join(', ');
  return [nameCell(object), terms(false), terms(true), ageCell(object, now)];
});

export const priorityClassTable = table(
  'Name Value<integer> Global-Default<boolean> Age PreemptionPolicy',
  (object, now) => [
    nameCell(object),
    numberAt(object, 0, 'value'),
    getPath(object, 'globalDefault') === true,
    ageCell(object, now),
    textAt(object, 'preemptionPolicy'),
  ],
);

export const leaseTable = table('Name Holder Age', (object, now) => [
  nameCell(object),
  textAt(object, 'spec', 'holderIdentity'),
  ageCell(object, now),
]);

export const runtimeClassTable = table('Name Handler Age', (object, now) => [
  nameCell(object),
  textAt(object, 'handler'),
  ageCell(object, now),
]);

export const webhooksTable = table('Name Webhooks<integer> Age', (object, now) => [
  nameCell(object),
  objectsAt(object, 'webhooks').length,
  ageCell(object, now),
]);

export const apiServiceTable = table('Name Service Available Age', (object, now) => {
  const service = getPath(object, 'spec', 'service');
  const available = conditionOf(getPath(object, 'status'), 'Available');
  const holds = textAt(available, 'status') || 'Unknown';
  return [
    nameCell(object),
    service === undefined ? 'Local' : `${textAt(service, 'namespace')}/${textAt(service, 'name')}`,
    holds === 'True' ? holds : `${holds} (${textAt(available, 'reason')})`,
    ageCell(object, now),
  ];
});

export const bindingTable = table('Name Role Age Users:1 Groups:1 ServiceAccounts:1', (object, now) => {
  const subjects = objectsAt(object, 'subjects');
  const named = (kind: string): string =>
    subjects
      .filter((each) => each['kind'] === kind)
      .map((each) => textAt(each, 'name'))
      .join(', ');
  const accounts = subjects
    .filter((each) => each['kind'] === 'ServiceAccount')
    .map((each) => `${textAt(each, 'namespace')}/${textAt(each, 'name')}`)
    .join(', ');
  const role = `${textAt(object, 'roleRef', 'kind')}/${textAt(object, 'roleRef', 'name')}`;
  return [nameCell(object), role, ageCell(object, now), named('User'), named('Group'), accounts];
});

export const eventTable = table(
  'Last_Seen Type Reason Object Subobject:1 Source:1 Message First_Seen:1 Count:1 Name:1',
  (object, now) => {
    const core = object.apiVersion === 'v1';
    const about = objectAt(object, core ? 'involvedObject' : 'regarding');
    const first = textAt(object, core ? 'firstTimestamp' : 'deprecatedFirstTimestamp') || textAt(object, 'eventTime');
    const last =
      textAt(object, 'series', core ? 'lastObservedTime' : 'lastObservedTime') ||
      textAt(object, core ? 'lastTimestamp' : 'deprecatedLastTimestamp') ||
      first;
    const source = objectAt(object, core ? 'source' : 'deprecatedSource');
    const component =
      textAt(source, 'component') || textAt(object, core ? 'reportingComponent' : 'reportingController');
    const host = textAt(source, 'host') || textAt(object, 'reportingInstance');
    const times =
      numberAt(object, 0, 'series', 'count') || numberAt(object, 0, core ? 'count' : 'deprecatedCount') || 1;
    const message = textAt(object, core ? 'message' : 'note').trim();
    return [
      last === '' ? '<unknown>' : since(last, now),
      textAt(object, 'type'),
      textAt(object, 'reason'),
      `${textAt(about, 'kind').toLowerCase()}/${textAt(about, 'name')}`,
      textAt(about, 'fieldPath'),
      host === '' ? component : `${component}, ${host}`,
      message,
      first === '' ? '<unknown>' : since(first, now),
      times,
      nameCell(object),
    ];
  },
);

export const flowSchemaTable = table(
  'Name PriorityLevel MatchingPrecedence DistinguisherMethod Age MissingPL',
  (object, now) => [
    nameCell(object),
    textAt(object, 'spec', 'priorityLevelConfiguration', 'name'),
    numberAt(object, 0, 'spec', 'matchingPrecedence'),
    shown(getPath(object, 'spec', 'distinguisherMethod', 'type'), '<none>'),
    ageCell(object, now),
    flag(conditionOf(getPath(object, 'status'), 'Dangling')?.['status'] === 'True'),
  ],
);
