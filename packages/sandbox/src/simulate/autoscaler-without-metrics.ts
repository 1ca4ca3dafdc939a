import type { JsonObject, KubernetesObject } from '@capstan/object';
import { objectsAt, textAt } from './read.ts';

/** What keeps an autoscaler from computing: of the first metric, and of them all. */
export interface MetricsFailure {
  readonly reason: string;
  readonly message: string;
  /** The words of the Event that sums up. */
  readonly summary: string;
}

const NOT_FOUND = 'the server could not find the requested resource (get pods.metrics.k8s.io)';
const NO_RESOURCE_METRICS = `unable to fetch metrics from resource metrics API: ${NOT_FOUND}`;

/**
 * Why a cluster without a metrics server cannot tell how many replicas are needed, as kube-controller-manager 1.35
 * words it for resource metrics.
 */
export function metricsFailure(autoscaler: KubernetesObject): MetricsFailure {
  const metrics = objectsAt(autoscaler, 'spec', 'metrics');
  const { reason, message, what } = failureOf(metrics[0] ?? {});
  const count = metrics.length;
  const summary = `invalid metrics (${count} invalid out of ${count}), first error is: failed to get ${what} metric value: ${message}`;
  return { reason, message, summary };
}

function failureOf(metric: JsonObject): { readonly reason: string; readonly message: string; readonly what: string } {
  const type = textAt(metric, 'type');
  switch (type) {
    case 'Resource':
    case 'ContainerResource': {
      const source = type === 'Resource' ? 'resource' : 'containerResource';
      const name = textAt(metric, source, 'name');
      const aim = textAt(metric, source, 'target', 'type') === 'Utilization' ? 'utilization' : 'usage';
      const message = `failed to get ${name} ${aim}: unable to get metrics for resource ${name}: ${NO_RESOURCE_METRICS}`;
      const what = type === 'Resource' ? `${name} resource` : `${name} container`;
      return { reason: `FailedGet${type}Metric`, message, what };
    }
    case 'External': {
      const message =
        'unable to fetch metrics from external metrics API: no external metrics API (external.metrics.k8s.io) registered';
      return { reason: 'FailedGetExternalMetric', message, what: 'external' };
    }
    default: {
      const message =
        'unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered';
      return { reason: `FailedGet${type}Metric`, message, what: type.toLowerCase() };
    }
  }
}
