import type { JsonObject, JsonValue, KubernetesObject } from '@capstan/object';
import { getPath, parseApiVersion } from '@capstan/object';
import type { ResourceName } from '../cluster-api.ts';
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

/** Runs the autoscaler on scripted metrics: an annotation says what the pods use; without one they use what is aimed at. */
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
  const proposal = propose(autoscaler, current);
  const minimum = numberAt(autoscaler, 1, 'spec', 'minReplicas');
  const maximum = numberAt(autoscaler, minimum, 'spec', 'maxReplicas');
  const desired = current === 0 ? 0 : Math.min(maximum, Math.max(minimum, proposal));
  const scaled = desired !== current;
  if (scaled) {
    const options = { manager: CONTROLLER_MANAGER, subresource: 'scale' };
    const patch = { spec: { replicas: desired } };
    context.api.patch(target.resource, namespaceOf(autoscaler), nameOf(target.object), patch, options);
  }
  const limited = proposal > maximum ? 'TooManyReplicas' : proposal < minimum ? 'TooFewReplicas' : undefined;
  const status = compact({
    conditions: conditionsOf(context, autoscaler, { current, desired, limited, scaled }),
    currentMetrics: metricsOf(autoscaler),
    currentReplicas: statusCount(target.object, 'replicas') || undefined,
    desiredReplicas: desired,
    lastScaleTime: scaled ? timeText(context.clock.now()) : getPath(autoscaler, 'status', 'lastScaleTime'),
    observedGeneration: generationOf(autoscaler) || undefined,
  });
  writeStatus(context, AUTOSCALERS, autoscaler, status);
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
