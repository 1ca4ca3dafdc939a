import {
  applyMergePatch,
  applyStrategicMergePatch,
  createThreeWayMergePatch,
  createThreeWayStrategicMergePatch,
  deepEqual,
  isJsonObject,
  lastAppliedOf,
  LAST_APPLIED_ANNOTATION,
  withLastApplied,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
  type MergeMetadata,
} from '@capstan/object';
import { differencesBetween, type ValueDifference } from './differences.ts';

/** The patch that a client-side apply sends, and what it is predicted to make of the live object. */
export interface ClientSidePlan {
  /** `strategic` for kinds with merge keys, `merge` for custom resources. */
  readonly kind: 'strategic' | 'merge';
  readonly patch: JsonObject;
  readonly predicted: KubernetesObject;
}

/**
 * Plans a three-way client-side apply (`kubectl apply`): what was applied last, what is wanted, what is live. `metadata`
 * says how the kind's lists merge; without it the kind is a custom resource. Throws PATCH_INVALID.
 */
export function planClientSide(
  desired: KubernetesObject,
  live: KubernetesObject,
  metadata: MergeMetadata | undefined,
): ClientSidePlan {
  const modified = withLastApplied(desired);
  const sides = { original: lastAppliedOf(live), modified, current: live };
  if (metadata === undefined) {
    const patch = createThreeWayMergePatch(sides);
    return { kind: 'merge', patch, predicted: asObject(applyMergePatch(live, patch), live) };
  }
  const patch = createThreeWayStrategicMergePatch(sides, metadata);
  return { kind: 'strategic', patch, predicted: asObject(applyStrategicMergePatch(live, patch, metadata), live) };
}

/**
 * Where a live object differs from what the plan would make of it, without what the server owns (status, managed
 * fields, the bookkeeping of metadata) and without the last-applied annotation, which is no part of what Git says. With
 * `status` a difference in status counts.
 */
export function clientSideDifferences(
  plan: ClientSidePlan,
  live: KubernetesObject,
  { status = false }: { readonly status?: boolean } = {},
): readonly ValueDifference[] {
  const side = (object: KubernetesObject): JsonObject =>
    status && object['status'] !== undefined ? { ...comparable(object), status: object['status'] } : comparable(object);
  const predicted = side(plan.predicted);
  const current = side(live);
  return deepEqual(predicted, current) ? [] : differencesBetween(predicted, current);
}

const serverMetadata = new Set([
  'managedFields',
  'resourceVersion',
  'uid',
  'generation',
  'creationTimestamp',
  'selfLink',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
]);

/** An object as Git and cluster are compared: without what only the server writes. */
export function comparable(object: KubernetesObject): JsonObject {
  const metadata: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(object.metadata)) if (!serverMetadata.has(key)) metadata[key] = value;
  const annotations = metadata['annotations'];
  if (isJsonObject(annotations)) {
    const kept = Object.entries(annotations).filter(([key]) => key !== LAST_APPLIED_ANNOTATION);
    if (kept.length > 0) metadata['annotations'] = Object.fromEntries(kept);
    else delete metadata['annotations'];
  }
  const { status: _status, ...rest } = object;
  return { ...rest, metadata };
}

function asObject(value: JsonValue, like: KubernetesObject): KubernetesObject {
  const object = isJsonObject(value) ? value : {};
  const { metadata } = object;
  return { ...object, apiVersion: like.apiVersion, kind: like.kind, metadata: isJsonObject(metadata) ? metadata : {} };
}
