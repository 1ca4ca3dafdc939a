import { getPath, isJsonObject, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import { kstatusOf } from './kstatus.ts';

/**
 * The object with kstatus's own conditions (Reconciling, Stalled) among `status.conditions`, as kstatus's Augment sets
 * them. `now` is in milliseconds since the epoch.
 */
export function withStandardConditions(object: KubernetesObject, now: number): KubernetesObject {
  const time = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');
  const present = getPath(object, 'status', 'conditions');
  const conditions: JsonValue[] = Array.isArray(present) ? [...(present as readonly JsonValue[])] : [];
  for (const { type, status, reason, message } of kstatusOf(object, now).conditions) {
    const written = { status, reason, message, lastUpdateTime: time };
    const index = conditions.findIndex((condition) => getPath(condition, 'type') === type);
    const before = conditions[index];
    if (!isJsonObject(before)) conditions.push({ type, ...written, lastTransitionTime: time });
    else {
      const turned = before['status'] !== status;
      conditions[index] = { ...before, ...written, ...(turned ? { lastTransitionTime: time } : {}) };
    }
  }
  return { ...object, status: { ...statusOf(object), conditions } };
}

function statusOf(object: KubernetesObject): JsonObject {
  const status = getPath(object, 'status');
  return isJsonObject(status) ? status : {};
}
