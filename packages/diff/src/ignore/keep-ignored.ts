import {
  applyMergePatch,
  applyStrategicMergePatch,
  createMergePatch,
  createStrategicMergePatch,
  deepEqual,
  isJsonObject,
  setKey,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
  type MergeMetadata,
} from '@capstan/object';
import { like } from '../normalize.ts';
import type { ComparedPair } from './without-ignored.ts';

/**
 * The desired object with the live values of what is ignored, so that a sync leaves these as they are
 * (`RespectIgnoreDifferences`). `status` belongs to whoever writes it and is not taken over. A list that is merged as a
 * whole, or a mapping that a patch replaces, takes no more of the live object than what is ignored.
 *
 * Throws PATCH_INVALID. Source: argoproj/argo-cd controller/sync.go, normalizeTargetResources.
 */
export function keepIgnored(
  pair: ComparedPair,
  compared: ComparedPair,
  merge: MergeMetadata | undefined,
): KubernetesObject {
  const { status: _status, ...live } = pair.live;
  const { status: _comparedStatus, ...rest } = compared.live;
  const patched =
    merge === undefined
      ? applyMergePatch(compared.desired, createMergePatch(rest, live))
      : applyStrategicMergePatch(compared.desired, createStrategicMergePatch(rest, live, merge), merge);
  return like(restored(mapping(patched), pair.desired, compared.desired, rest), pair.desired);
}

/** What the patch took along though nothing ignores it, put back as Git has it. */
function restored(patched: JsonObject, desired: JsonObject, compared: JsonObject, live: JsonObject): JsonObject {
  const result: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(patched)) {
    // Only live has it, and nothing ignores it there.
    if (!Object.hasOwn(desired, key) && Object.hasOwn(live, key)) continue;
    setKey(result, key, value);
  }
  for (const [key, wanted] of Object.entries(desired)) {
    const now = own(result, key);
    const kept = own(compared, key);
    if (isJsonObject(now) && isJsonObject(wanted) && isJsonObject(kept)) {
      const current = own(live, key);
      setKey(result, key, restored(now, wanted, kept, isJsonObject(current) ? current : {}));
    } else if (kept !== undefined && deepEqual(kept, wanted)) setKey(result, key, wanted);
  }
  return result;
}

function own(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function mapping(value: JsonValue): JsonObject {
  return isJsonObject(value) ? value : {};
}
