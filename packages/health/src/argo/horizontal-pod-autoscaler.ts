import { isCapstanError } from '@capstan/errors';
import { getPath, parseJson, type KubernetesObject } from '@capstan/object';
import { conditionsOf, type Condition } from '../fields.ts';
import type { HealthStatus } from '../health-status.ts';
import { verdict } from './verdict.ts';

const CONDITIONS_ANNOTATION = 'autoscaling.alpha.kubernetes.io/conditions';
const DEGRADED: ReadonlyMap<string, readonly string[]> = new Map([
  ['AbleToScale', ['FailedGetScale', 'FailedUpdateScale']],
  [
    'ScalingActive',
    [
      'FailedGetResourceMetric',
      'FailedGetObjectMetric',
      'FailedGetPodsMetric',
      'FailedGetExternalMetric',
      'FailedComputeMetricsReplicas',
      'InvalidSelector',
    ],
  ],
]);
const UNREADABLE = 'failed to convert conditions annotation to typed:';
const HEALTHY = ['AbleToScale', 'ScalingLimited'];

/** Health of a HorizontalPodAutoscaler: its conditions, which v1 keeps in an annotation. */
export function horizontalPodAutoscalerHealth(object: KubernetesObject): HealthStatus {
  const conditions =
    object.apiVersion === 'autoscaling/v1' ? annotatedConditions(object) : { read: conditionsOf(object) };
  if ('unreadable' in conditions) return verdict('Unknown', conditions.unreadable);
  const degraded = conditions.read.find(({ type, reason }) => DEGRADED.get(type)?.includes(reason) === true);
  if (degraded !== undefined) return verdict('Degraded', degraded.message);
  const healthy = conditions.read.find(({ type, status }) => HEALTHY.includes(type) && status === 'True');
  if (healthy !== undefined) return verdict('Healthy', healthy.message);
  return verdict('Progressing', 'Waiting to Autoscale');
}

function annotatedConditions(
  object: KubernetesObject,
): { readonly read: readonly Condition[] } | { readonly unreadable: string } {
  const text = getPath(object, 'metadata', 'annotations', CONDITIONS_ANNOTATION);
  if (typeof text !== 'string') return { read: [] };
  try {
    const value = parseJson(text, { where: CONDITIONS_ANNOTATION });
    if (!Array.isArray(value) && value !== null) return { unreadable: `${UNREADABLE} it is no list` };
    return { read: conditionsOf({ status: { conditions: value } }) };
  } catch (error) {
    if (!isCapstanError(error, 'JSON_INVALID')) throw error;
    return { unreadable: `${UNREADABLE} ${error.message}` };
  }
}
