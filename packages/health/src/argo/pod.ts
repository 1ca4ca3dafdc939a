import { getPath, isJsonObject, type JsonObject, type KubernetesObject } from '@capstan/object';
import { conditionsOf, countAt, mappingsAt, textAt } from '../fields.ts';
import type { HealthStatus } from '../health-status.ts';
import { verdict } from './verdict.ts';

const HOOK_ANNOTATION = 'argocd.argoproj.io/hook';
const HELM_HOOK_ANNOTATION = 'helm.sh/hook';
const IGNORE_RESTART_POLICY_ANNOTATION = 'argocd.argoproj.io/ignore-restart-policy';
const HOOK_TYPES = ['PreSync', 'Sync', 'PostSync', 'SyncFail', 'Skip', 'PreDelete', 'PostDelete'];

/**
 * Health of a Pod. One that is to run on is judged by its containers; one that is to end (a hook's, say) is in progress
 * until it has ended, whatever its containers wait for.
 */
export function podHealth(object: KubernetesObject): HealthStatus {
  const message = textAt(object, ['status', 'message']);
  const runsOn = isToRunOn(object);
  if (runsOn) {
    const stuck = mappingsAt(object, 'status', 'containerStatuses').filter(isStuck);
    if (stuck.length > 0) {
      return verdict('Degraded', stuck.map((one) => textAt(one, ['state', 'waiting', 'message'])).join(', '));
    }
  }
  switch (textAt(object, ['status', 'phase'])) {
    case 'Pending':
      return verdict('Progressing', message);
    case 'Succeeded':
      return verdict('Healthy', message);
    case 'Failed':
      return verdict('Degraded', message === '' ? failureOf(object) : message);
    case 'Running':
      return runningHealth(object, runsOn, message);
    default:
      return verdict('Unknown', message);
  }
}

function runningHealth(object: KubernetesObject, runsOn: boolean, message: string): HealthStatus {
  if (!runsOn) {
    const policy = textAt(object, ['spec', 'restartPolicy']);
    return verdict(policy === 'OnFailure' || policy === 'Never' ? 'Progressing' : 'Unknown', message);
  }
  if (conditionsOf(object).some(({ type, status }) => type === 'Ready' && status === 'True')) {
    return verdict('Healthy', message);
  }
  const restarted = mappingsAt(object, 'status', 'containerStatuses').some((status) =>
    isJsonObject(getPath(status, 'lastState', 'terminated')),
  );
  return verdict(restarted ? 'Degraded' : 'Progressing', message);
}

function isToRunOn(object: KubernetesObject): boolean {
  if (textAt(object, ['spec', 'restartPolicy']) === 'Always') return true;
  const ignoresPolicy = textAt(object, ['metadata', 'annotations', IGNORE_RESTART_POLICY_ANNOTATION]) === 'true';
  return ignoresPolicy && !isHook(object);
}

function isHook(object: KubernetesObject): boolean {
  const hook = getPath(object, 'metadata', 'annotations', HOOK_ANNOTATION);
  const helmHook = getPath(object, 'metadata', 'annotations', HELM_HOOK_ANNOTATION);
  if (typeof hook !== 'string') return typeof helmHook === 'string' && helmHook !== 'crd-install';
  const types = hook.split(',').map((type) => type.trim());
  const known = types.filter((type) => HOOK_TYPES.includes(type));
  return !(known.length === 1 && known[0] === 'Skip');
}

function isStuck(status: JsonObject): boolean {
  const reason = textAt(status, ['state', 'waiting', 'reason']);
  return reason.startsWith('Err') || reason.endsWith('Error') || reason.endsWith('BackOff');
}

/** Why a Pod failed, by the first of its containers that tells. */
function failureOf(object: KubernetesObject): string {
  const statuses = [
    ...mappingsAt(object, 'status', 'initContainerStatuses'),
    ...mappingsAt(object, 'status', 'containerStatuses'),
  ];
  for (const status of statuses) {
    const terminated = getPath(status, 'state', 'terminated');
    if (!isJsonObject(terminated)) continue;
    const message = textAt(terminated, ['message']);
    if (message !== '') return message;
    if (textAt(terminated, ['reason']) === 'OOMKilled') return 'OOMKilled';
    const code = countAt(terminated, 'exitCode');
    if (code !== 0) return `container ${JSON.stringify(textAt(status, ['name']))} failed with exit code ${code}`;
  }
  return '';
}
