import { getKey, getPath, isJsonObject, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import { matchesSelector } from '../simulate/label-selector.ts';
import { ApiStatusError, badRequest } from './api-status-error.ts';
import { getObject, type Cluster } from './cluster.ts';
import { deleteObject, type DeleteRequest } from './delete.ts';
import { isTerminating, metaText } from './metadata.ts';
import type { Resource } from './resource.ts';

const BUDGETS = 'policy/poddisruptionbudgets';

/** An eviction that was asked for: which pod, and how it is to be deleted. */
export interface EvictionRequest {
  readonly namespace: string;
  readonly name: string;
  readonly body: JsonObject;
  readonly options: DeleteRequest;
}

/**
 * Deletes a pod, unless a disruption budget needs it.
 * @throws ApiStatusError 400, 404, 429 where the budget is spent, 500 where several budgets select the pod
 */
export function evictPod(cluster: Cluster, pods: Resource, request: EvictionRequest): void {
  const { namespace, name, body, options } = request;
  const named = getPath(body, 'metadata', 'name');
  if (typeof named === 'string' && named !== '' && named !== name) {
    throw badRequest('name in URL does not match name in Eviction object');
  }
  const pod = getObject(cluster, pods, namespace, name);
  const budgets = countsForBudgets(pod) ? budgetsOf(cluster, pod) : [];
  if (budgets.length > 1) {
    const message = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
    throw new ApiStatusError(500, 'InternalError', message);
  }
  for (const budget of budgets) if (!allows(budget, pod)) throw spent(budget);
  deleteObject(cluster, pods, namespace, name, options);
}

/** What is over, on its way out or has not started serves nobody. */
function countsForBudgets(pod: KubernetesObject): boolean {
  const phase = getPath(pod, 'status', 'phase');
  return !isTerminating(pod) && phase !== 'Succeeded' && phase !== 'Failed' && phase !== 'Pending';
}

function budgetsOf(cluster: Cluster, pod: KubernetesObject): readonly KubernetesObject[] {
  const labels = getKey(pod.metadata, 'labels');
  return cluster.store
    .collection(BUDGETS)
    .list(metaText(pod, 'namespace'))
    .map((stored) => stored.object)
    .filter((budget) => matchesSelector(getPath(budget, 'spec', 'selector'), isJsonObject(labels) ? labels : {}));
}

function allows(budget: KubernetesObject, pod: KubernetesObject): boolean {
  if (count(budget, 'disruptionsAllowed') > 0) return true;
  if (isReady(pod)) return false;
  if (getPath(budget, 'spec', 'unhealthyPodEvictionPolicy') === 'AlwaysAllow') return true;
  // A pod that is not ready is not what the budget counts on, as long as there are enough others.
  const desired = count(budget, 'desiredHealthy');
  return desired > 0 && count(budget, 'currentHealthy') >= desired;
}

function isReady(pod: KubernetesObject): boolean {
  const conditions = getPath(pod, 'status', 'conditions');
  if (!Array.isArray(conditions)) return false;
  return (conditions as readonly JsonValue[]).some(
    (each) => getPath(each, 'type') === 'Ready' && getPath(each, 'status') === 'True',
  );
}

function count(budget: KubernetesObject, field: string): number {
  const value = getPath(budget, 'status', field);
  return typeof value === 'number' ? value : 0;
}

function spent(budget: KubernetesObject): ApiStatusError {
  const needs = `needs ${count(budget, 'desiredHealthy')} healthy pods and has ${count(budget, 'currentHealthy')} currently`;
  const message = `The disruption budget ${metaText(budget, 'name')} ${needs}`;
  return new ApiStatusError(
    429,
    'TooManyRequests',
    "Cannot evict pod as it would violate the pod's disruption budget.",
    { causes: [{ reason: 'DisruptionBudget', message }] },
  );
}
