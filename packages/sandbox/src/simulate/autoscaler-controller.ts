import type { JsonObject, JsonValue, KubernetesObject } from '@capstan/object';
import { getPath, parseApiVersion } from '@capstan/object';
import type { ResourceName } from '../cluster-api.ts';
import { metricsFailure } from './autoscaler-without-metrics.ts';
import { compact, CONTROLLER_MANAGER, writeStatus, type SimulationContext } from './context.ts';
import { AUTOSCALERS, DEPLOYMENTS, REPLICA_SETS, STATEFUL_SETS } from './resources.ts';
import {
  annotationOf,
  generationOf,
  isDeleting,
  keyOf,
  nameOf,
  namespaceOf,
  numberAt,
  objectsAt,
  textAt,
  timeText,
} from './read.ts';
import { METRIC_ANNOTATION } from './simulation-options.ts';
import { statusCount, wantedReplicas } from './replica-set-math.ts';

const TOLERANCE = 0.1;
const KINDS: Readonly<Record<string, ResourceName>> = {
  Deployment: DEPLOYMENTS,
  ReplicaSet: REPLICA_SETS,
  StatefulSet: STATEFUL_SETS,
};

/**
 * Runs the autoscaler on scripted metrics: an annotation says what the pods use. Without one it is as in a cluster
 * without a metrics server, where only the bounds count, unless the options say that there is one.
 */
export function startAutoscaler(context: SimulationContext): void {
  const autoscalers = context.informer(AUTOSCALERS);
  const lane = context.lane('autoscaler', (key) => {
    const autoscaler = autoscalers.byKey(key);
    if (autoscaler !== undefined && !isDeleting(autoscaler)) reconcile(context, autoscaler);
  });
  autoscalers.subscribe(({ type, object }) => {
    if (type !== 'DELETED') lane.add(keyOf(object));
  });
  for (const [kind, resource] of Object.entries(KINDS)) {
    context.informer(resource).subscribe(({ object }) => {
      for (const autoscaler of autoscalers.inNamespace(namespaceOf(object))) {
        const target = getPath(autoscaler, 'spec', 'scaleTargetRef');
        if (textAt(target, 'kind') === kind && textAt(target, 'name') === nameOf(object)) lane.add(keyOf(autoscaler));
      }
    });
  }
}

function reconcile(context: SimulationContext, autoscaler: KubernetesObject): void {
  const target = targetOf(context, autoscaler);
  if (target === undefined) {
    const name = textAt(autoscaler, 'spec', 'scaleTargetRef', 'name');
    const kind = textAt(autoscaler, 'spec', 'scaleTargetRef', 'kind');
    const resource = `${KINDS[kind]?.resource ?? `${kind.toLowerCase()}s`}.apps`;
    const message = `the HPA controller was unable to get the target's current scale: ${resource} "${name}" not found`;
    const conditions = [conditionAs(context, autoscaler, 'AbleToScale', 'False', 'FailedGetScale', message)];
    writeStatus(context, AUTOSCALERS, autoscaler, { conditions, currentMetrics: null, desiredReplicas: 0 });
    return;
  }
  const current = wantedReplicas(target.object);
  const minimum = numberAt(autoscaler, 1, 'spec', 'minReplicas');
  const maximum = numberAt(autoscaler, minimum, 'spec', 'maxReplicas');
  const isBlind = !context.options.metrics && annotationOf(autoscaler, METRIC_ANNOTATION) === '' && current !== 0;
  if (isBlind && current >= minimum && current <= maximum) {
    reportBlind(context, autoscaler, statusCount(target.object, 'replicas'));
    return;
  }
  const proposal = isBlind ? current : propose(autoscaler, current);
  const desired = current === 0 ? 0 : Math.min(maximum, Math.max(minimum, proposal));
  const scaled = desired !== current;
  if (scaled) {
    const options = { manager: CONTROLLER_MANAGER, subresource: 'scale' };
    const patch = { spec: { replicas: desired } };
    context.api.patch(target.resource, namespaceOf(autoscaler), nameOf(target.object), patch, options);
    const reason = reasonOf({ current, desired, minimum, maximum });
    tell(context, autoscaler, 'Normal', 'SuccessfulRescale', `New size: ${desired}; reason: ${reason}`);
  }
  const limited = proposal > maximum ? 'TooManyReplicas' : proposal < minimum ? 'TooFewReplicas' : undefined;
  const conditions = conditionsOf(context, autoscaler, { current, desired, limited, scaled });
  const status = compact({
    conditions: isBlind ? withOthers(autoscaler, conditions.slice(0, 1)) : conditions,
    currentMetrics: isBlind ? null : metricsOf(autoscaler),
    currentReplicas: statusCount(target.object, 'replicas') || undefined,
    desiredReplicas: desired,
    lastScaleTime: scaled ? timeText(context.clock.now()) : getPath(autoscaler, 'status', 'lastScaleTime'),
    observedGeneration: generationOf(autoscaler) || undefined,
  });
  writeStatus(context, AUTOSCALERS, autoscaler, status);
}

/** Within the bounds, and with no metrics to go by: all stays, and people are told why. */
function reportBlind(context: SimulationContext, autoscaler: KubernetesObject, currentReplicas: number): void {
  const failure = metricsFailure(autoscaler);
  const got = "the HPA controller was able to get the target's current scale";
  const message = `the HPA was unable to compute the replica count: ${failure.message}`;
  const before = objectsAt(autoscaler, 'status', 'conditions').find((each) => each['type'] === 'ScalingActive');
  const status = compact({
    conditions: withOthers(autoscaler, [
      conditionAs(context, autoscaler, 'AbleToScale', 'True', 'SucceededGetScale', got),
      conditionAs(context, autoscaler, 'ScalingActive', 'False', failure.reason, message),
    ]),
    currentMetrics: objectsAt(autoscaler, 'spec', 'metrics').map(() => ({ type: '' })),
    currentReplicas: currentReplicas || undefined,
    desiredReplicas: numberAt(autoscaler, 0, 'status', 'desiredReplicas'),
    lastScaleTime: getPath(autoscaler, 'status', 'lastScaleTime'),
  });
  writeStatus(context, AUTOSCALERS, autoscaler, status);
  if (before?.['message'] === message) return;
  tell(context, autoscaler, 'Warning', failure.reason, failure.message);
  tell(context, autoscaler, 'Warning', 'FailedComputeMetricsReplicas', failure.summary);
}

/** These conditions, with those of other types as they were. */
function withOthers(autoscaler: KubernetesObject, conditions: readonly JsonObject[]): readonly JsonObject[] {
  const types = new Set(conditions.map((each) => each['type']));
  const others = objectsAt(autoscaler, 'status', 'conditions').filter((each) => !types.has(each['type']));
  return [...conditions, ...others];
}

interface Rescale {
  readonly current: number;
  readonly desired: number;
  readonly minimum: number;
  readonly maximum: number;
}

function reasonOf({ current, desired, minimum, maximum }: Rescale): string {
  if (current > maximum) return 'Current number of replicas above Spec.MaxReplicas';
  if (current < minimum) return 'Current number of replicas below Spec.MinReplicas';
  return desired > current
    ? 'cpu resource utilization (percentage of request) above target'
    : 'All metrics below target';
}

function tell(
  context: SimulationContext,
  autoscaler: KubernetesObject,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): void {
  context.events.record(autoscaler, { type, reason, message, component: 'horizontal-pod-autoscaler' });
}

function targetOf(
  context: SimulationContext,
  autoscaler: KubernetesObject,
): { readonly resource: ResourceName; readonly object: KubernetesObject } | undefined {
  const reference = getPath(autoscaler, 'spec', 'scaleTargetRef');
  const resource = KINDS[textAt(reference, 'kind')];
  if (resource === undefined || parseApiVersion(textAt(reference, 'apiVersion')).group !== 'apps') return undefined;
  const object = context.informer(resource).get(namespaceOf(autoscaler), textAt(reference, 'name'));
  return object === undefined ? undefined : { resource, object };
}

/** What the first metric asks for: the ratio of use to aim, within the tolerance none. */
function propose(autoscaler: KubernetesObject, current: number): number {
  const aim = aimOf(autoscaler);
  const used = usedOf(autoscaler, aim);
  const ratio = used / aim;
  return Math.abs(ratio - 1) <= TOLERANCE ? current : Math.ceil(current * ratio);
}

function aimOf(autoscaler: KubernetesObject): number {
  return numberAt(objectsAt(autoscaler, 'spec', 'metrics')[0], 100, 'resource', 'target', 'averageUtilization');
}

function usedOf(autoscaler: KubernetesObject, aim: number): number {
  const given = Number(annotationOf(autoscaler, METRIC_ANNOTATION) || Number.NaN);
  return Number.isFinite(given) && given >= 0 ? given : aim;
}

function metricsOf(autoscaler: KubernetesObject): JsonValue {
  const aim = aimOf(autoscaler);
  return objectsAt(autoscaler, 'spec', 'metrics')
    .filter((metric) => metric['type'] === 'Resource')
    .map((metric) => {
      const averageUtilization = usedOf(autoscaler, aim);
      const current = { averageUtilization, averageValue: `${averageUtilization}m` };
      return { type: 'Resource', resource: { name: textAt(metric, 'resource', 'name'), current } };
    });
}

interface Scaling {
  readonly current: number;
  readonly desired: number;
  readonly limited: 'TooManyReplicas' | 'TooFewReplicas' | undefined;
  readonly scaled: boolean;
}

function conditionsOf(
  context: SimulationContext,
  autoscaler: KubernetesObject,
  scaling: Scaling,
): readonly JsonObject[] {
  const able = scaling.scaled
    ? conditionAs(
        context,
        autoscaler,
        'AbleToScale',
        'True',
        'SucceededRescale',
        `the HPA controller was able to update the target scale to ${scaling.desired}`,
      )
    : conditionAs(
        context,
        autoscaler,
        'AbleToScale',
        'True',
        'ReadyForNewScale',
        'recommended size matches current size',
      );
  if (scaling.current === 0) {
    const message = 'scaling is disabled since the replica count of the target is zero';
    return [able, conditionAs(context, autoscaler, 'ScalingActive', 'False', 'ScalingDisabled', message)];
  }
  const metric = textAt(objectsAt(autoscaler, 'spec', 'metrics')[0], 'resource', 'name') || 'cpu';
  const valid = `the HPA was able to successfully calculate a replica count from ${metric} resource utilization (percentage of request)`;
  const active = conditionAs(context, autoscaler, 'ScalingActive', 'True', 'ValidMetricFound', valid);
  const most = 'the desired replica count is more than the maximum replica count';
  const least = 'the desired replica count is less than the minimum replica count';
  const within = 'the desired count is within the acceptable range';
  const limited =
    scaling.limited === undefined
      ? conditionAs(context, autoscaler, 'ScalingLimited', 'False', 'DesiredWithinRange', within)
      : conditionAs(
          context,
          autoscaler,
          'ScalingLimited',
          'True',
          scaling.limited,
          scaling.limited === 'TooManyReplicas' ? most : least,
        );
  return [able, active, limited];
}

function conditionAs(
  context: SimulationContext,
  autoscaler: KubernetesObject,
  type: string,
  status: string,
  reason: string,
  message: string,
): JsonObject {
  const old = objectsAt(autoscaler, 'status', 'conditions').find((each) => each['type'] === type);
  const since = old?.['status'] === status ? textAt(old, 'lastTransitionTime') : '';
  return { lastTransitionTime: since || timeText(context.clock.now()), message, reason, status, type };
}
