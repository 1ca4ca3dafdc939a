import { getPath, type JsonObject } from '@capstan/object';
import { textAt } from '../fields.ts';
import {
  annotating,
  annotatingTime,
  failAction,
  listAt,
  numberIn,
  timestamp,
  withAnnotation,
  withAt,
  type ActionSet,
  type ResourceAction,
  type RunAction,
} from './action-set.ts';

const LOOP = 'cnpg.io/reconciliationLoop';

const promote: RunAction = (object, { parameters, now }) => {
  const wanted = parameters['instance'] ?? '';
  const chosen = choose(object, wanted);
  if (chosen === undefined) return failAction(`Could not find a healthy instance matching the criteria: ${wanted}`);
  const status = {
    targetPrimary: chosen,
    targetPrimaryTimestamp: timestamp(now),
    phase: 'Switchover in progress',
    phaseReason: `Switching over to ${chosen}`,
  };
  return Object.entries(status).reduce<JsonObject>(
    (made, [key, value]) => withAt(made, ['status', key], value),
    object,
  );
};

/** A Cluster of CloudNativePG can be restarted, reloaded, switched over, suspended and resumed. */
export const postgresClusterActions: ActionSet = {
  discover(object) {
    const isSuspended = getPath(object, 'metadata', 'annotations', LOOP) === 'disabled';
    const actions: ResourceAction[] = [
      { name: 'restart', iconClass: 'fa fa-fw fa-recycle', displayName: 'Rollout restart Cluster' },
      { name: 'reload', iconClass: 'fa fa-fw fa-rotate-right', displayName: 'Reload all Configuration' },
      {
        name: 'promote',
        iconClass: 'fa fa-fw fa-angles-up',
        displayName: 'Promote Replica to Primary',
        disabled: healthyInstances(object).length < 2,
        params: [{ name: 'instance' }],
      },
    ];
    actions.push(
      isSuspended
        ? { name: 'resume', iconClass: 'fa fa-fw fa-play', displayName: 'Resume Reconciliation' }
        : { name: 'suspend', iconClass: 'fa fa-fw fa-pause', displayName: 'Suspend Reconciliation' },
    );
    return actions;
  },
  actions: {
    restart: annotatingTime('kubectl.kubernetes.io/restartedAt'),
    reload: annotatingTime('cnpg.io/reloadedAt'),
    promote,
    suspend: annotating(LOOP, 'disabled'),
    resume: (object) => withAnnotation(object, LOOP, undefined),
  },
};

/** The healthy instance that is named, numbered, or stands behind the primary one. */
function choose(cluster: JsonObject, wanted: string): string | undefined {
  const healthy = healthyInstances(cluster);
  if (wanted === 'any') {
    const primary = healthy.indexOf(textAt(cluster, ['status', 'currentPrimary']));
    return healthy[(primary + 1) % Math.max(1, healthy.length)];
  }
  const name = numberIn(wanted) === undefined ? wanted : `${textAt(cluster, ['metadata', 'name'])}-${wanted}`;
  return healthy.find((instance) => instance === name);
}

function healthyInstances(cluster: JsonObject): readonly string[] {
  return listAt(cluster, 'status', 'instancesStatus', 'healthy').filter((name) => typeof name === 'string');
}
