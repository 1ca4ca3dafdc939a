import type { HealthCode } from '@capstan/health';
import { getPath, refOf, type JsonObject, type KubernetesObject } from '@capstan/object';
import type { AppView, SyncCode } from './app-view.ts';
import { conditionOf, type ConditionView } from './condition.ts';
import { mappingsAt, numberAt, textAt, withoutCredentials } from './fields.ts';

/** Reasons under which trying again cannot help. */
const blockedReasons: ReadonlySet<string> = new Set(['NotHonoured', 'AccessDenied', 'URLInvalid']);

/** A Kustomization or a GitRepository as people are shown it. */
export function fluxView(object: KubernetesObject): AppView {
  const ref = refOf(object);
  const role = ref.kind === 'Kustomization' ? 'app' : 'source';
  const ready = conditionOf(object, 'Ready');
  const stalled = conditionOf(object, 'Stalled');
  const suspended = getPath(object, 'spec', 'suspend') === true;
  // A suspended resource is not looked at: what was last said of it stands.
  const current = suspended || isCurrent(object);
  const failed = current && ready?.status === 'False';
  const isReady = current && ready?.status === 'True';
  return {
    dialect: 'flux',
    role,
    ref,
    sync: syncOf(isReady, failed, ready, object),
    health: suspended ? 'Suspended' : healthOf(object, isReady, failed, role),
    paused: suspended ? 'suspended' : 'no',
    revision:
      role === 'app'
        ? textAt(object, 'status', 'lastAppliedRevision')
        : textAt(object, 'status', 'artifact', 'revision'),
    source: role === 'app' ? sourceOf(object) : withoutCredentials(textAt(object, 'spec', 'url')),
    path: role === 'app' ? textAt(object, 'spec', 'path') : '',
    destination: textAt(object, 'spec', 'targetNamespace'),
    message: current ? (ready?.message ?? '') : 'waiting for the controller to see the latest change',
    reason: ready?.reason ?? '',
    blocked: stalled?.status === 'True' || (failed && blockedReasons.has(ready?.reason ?? '')),
    since: ready?.since ?? '',
  };
}

/** Whether the status speaks of the resource as it is now: of its generation, and of the reconcile last asked for. */
function isCurrent(object: KubernetesObject): boolean {
  const generation = numberAt(object.metadata, 'generation');
  const observed = numberAt(object, 'status', 'observedGeneration');
  const ofReady = numberAt(readyEntry(object), 'observedGeneration') ?? observed;
  return generation === undefined || generation === observed || generation === ofReady;
}

function readyEntry(object: KubernetesObject): JsonObject | undefined {
  return mappingsAt(object, 'status', 'conditions').find((entry) => textAt(entry, 'type') === 'Ready');
}

function syncOf(
  isReady: boolean,
  failed: boolean,
  ready: ConditionView | undefined,
  object: KubernetesObject,
): SyncCode {
  if (isReady) return 'Synced';
  if (failed && ready?.reason === 'HealthCheckFailed') return appliedAll(object) ? 'Synced' : 'OutOfSync';
  if (failed) return 'OutOfSync';
  return ready === undefined ? 'Unknown' : 'Progressing';
}

function appliedAll(object: KubernetesObject): boolean {
  const applied = textAt(object, 'status', 'lastAppliedRevision');
  return applied !== '' && applied === textAt(object, 'status', 'lastAttemptedRevision');
}

/** Flux judges health where it is asked to (`wait`, `healthChecks`); what could not be applied says nothing about it. */
function healthOf(object: KubernetesObject, isReady: boolean, failed: boolean, role: AppView['role']): HealthCode {
  if (isReady) return 'Healthy';
  const ready = conditionOf(object, 'Ready');
  const healthy = conditionOf(object, 'Healthy');
  if (failed && (role === 'source' || ready?.reason === 'HealthCheckFailed')) return 'Degraded';
  if (failed) return healthy?.status === 'True' ? 'Healthy' : 'Unknown';
  return ready === undefined ? 'Unknown' : 'Progressing';
}

function sourceOf(object: KubernetesObject): string {
  const kind = textAt(object, 'spec', 'sourceRef', 'kind');
  const name = textAt(object, 'spec', 'sourceRef', 'name');
  return name === '' ? '' : `${kind}/${name}`;
}
