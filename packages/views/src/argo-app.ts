import { healthCodes, type HealthCode } from '@capstan/health';
import { getPath, isJsonObject, refOf, type KubernetesObject } from '@capstan/object';
import type { AppView, SyncCode } from './app-view.ts';
import { conditionsOf } from './condition.ts';
import { mappingsAt, textAt, withoutCredentials } from './fields.ts';

/** An Application as people are shown it. */
export function argoView(object: KubernetesObject): AppView {
  const source = getPath(object, 'spec', 'source') ?? mappingsAt(object, 'spec', 'sources')[0];
  const trouble = conditionsOf(object).filter((entry) => entry.type.endsWith('Error'));
  const phase = textAt(object, 'status', 'operationState', 'phase');
  const running = phase === 'Running' || getPath(object, 'operation') !== undefined;
  const [worst] = trouble;
  return {
    dialect: 'argo',
    role: 'app',
    ref: refOf(object),
    sync: syncOf(object),
    health: healthOf(object),
    paused: pausedOf(object),
    revision: textAt(object, 'status', 'sync', 'revision'),
    source: withoutCredentials(textAt(source, 'repoURL')),
    path: textAt(source, 'path'),
    destination: textAt(object, 'spec', 'destination', 'namespace'),
    message: worst?.message ?? operationMessage(object, running),
    reason: worst?.type ?? (phase === 'Failed' || phase === 'Error' || running ? `Operation${phase}` : ''),
    blocked: worst?.type === 'InvalidSpecError',
    since: textAt(object, 'status', 'health', 'lastTransitionTime') || textAt(object, 'status', 'reconciledAt'),
  };
}

/** Whether an Application syncs by itself. */
export function isAutomated(object: KubernetesObject): boolean {
  const automated = getPath(object, 'spec', 'syncPolicy', 'automated');
  return isJsonObject(automated) && automated['enabled'] !== false;
}

function pausedOf(object: KubernetesObject): AppView['paused'] {
  if (isAutomated(object)) return 'no';
  return isJsonObject(getPath(object, 'spec', 'syncPolicy', 'automated')) ? 'suspended' : 'manual';
}

function operationMessage(object: KubernetesObject, running: boolean): string {
  const phase = textAt(object, 'status', 'operationState', 'phase');
  const message = textAt(object, 'status', 'operationState', 'message');
  if (phase === 'Failed' || phase === 'Error' || running) return message;
  return textAt(object, 'status', 'health', 'message');
}

function syncOf(object: KubernetesObject): SyncCode {
  const status = textAt(object, 'status', 'sync', 'status');
  return status === 'Synced' || status === 'OutOfSync' ? status : 'Unknown';
}

function healthOf(object: KubernetesObject): HealthCode {
  const status = textAt(object, 'status', 'health', 'status');
  return healthCodes.find((code) => code === status) ?? 'Unknown';
}
