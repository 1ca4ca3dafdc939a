import type { JsonObject, JsonValue, KubernetesObject } from '@capstan/object';
import { getPath } from '@capstan/object';
import { numberAt, textAt } from './read.ts';

/** What a Deployment's strategy allows: pods beyond the wish, and pods missing from it. */
export interface Surge {
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

/** A number or a percentage of `total`. */
export function resolveIntOrPercent(value: JsonValue | undefined, total: number, roundUp: boolean): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || !value.endsWith('%')) return 0;
  const exact = (Number(value.slice(0, -1)) * total) / 100;
  return roundUp ? Math.ceil(exact) : Math.floor(exact);
}

/** The surge of a rolling update; when both come to nothing, one pod may be missing. */
export function surgeOf(deployment: KubernetesObject): Surge {
  const strategy = getPath(deployment, 'spec', 'strategy');
  if (textAt(strategy, 'type') === 'Recreate') return { maxSurge: 0, maxUnavailable: 0 };
  const replicas = wantedReplicas(deployment);
  const maxSurge = resolveIntOrPercent(getPath(strategy, 'rollingUpdate', 'maxSurge'), replicas, true);
  const maxUnavailable = resolveIntOrPercent(getPath(strategy, 'rollingUpdate', 'maxUnavailable'), replicas, false);
  if (maxSurge === 0 && maxUnavailable === 0) return { maxSurge, maxUnavailable: 1 };
  return { maxSurge, maxUnavailable: Math.min(maxUnavailable, replicas) };
}

/** `spec.replicas`, 1 where it is missing. */
export function wantedReplicas(object: KubernetesObject): number {
  return numberAt(object, 1, 'spec', 'replicas');
}

/** A count out of the status, 0 where it is missing. */
export function statusCount(object: KubernetesObject, field: string): number {
  return numberAt(object, 0, 'status', field);
}

export function sumOf(objects: readonly KubernetesObject[], count: (object: KubernetesObject) => number): number {
  return objects.reduce((total, object) => total + count(object), 0);
}

/** A template without the label that tells ReplicaSets apart. */
export function templateWithoutHash(template: JsonObject): JsonObject {
  const metadata = template['metadata'];
  const labels = getPath(metadata, 'labels');
  if (typeof labels !== 'object' || labels === null || Array.isArray(labels)) return template;
  const { 'pod-template-hash': _hash, ...kept } = labels as JsonObject;
  const { labels: _labels, ...others } = metadata as JsonObject;
  return { ...template, metadata: Object.keys(kept).length === 0 ? others : { ...others, labels: kept } };
}
