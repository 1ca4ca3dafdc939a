import {
  getKey,
  getPath,
  isJsonObject,
  type JsonArray,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
} from '@capstan/object';

/** How the objects of a kind that is served in several shapes are stored, and shown in one of the others. */
export interface Conversion {
  readonly collection: string;
  fromStorage(object: KubernetesObject): KubernetesObject;
  toStorage(object: KubernetesObject): KubernetesObject;
}

type Shape = Record<string, JsonValue>;

/** Fields of an Event that are only named otherwise, from core/v1 to events.k8s.io/v1. */
const EVENT_NAMES: Readonly<Record<string, string>> = {
  involvedObject: 'regarding',
  message: 'note',
  source: 'deprecatedSource',
  firstTimestamp: 'deprecatedFirstTimestamp',
  lastTimestamp: 'deprecatedLastTimestamp',
  count: 'deprecatedCount',
  reportingComponent: 'reportingController',
};

/** The conversion of a resource that shares its objects with another; undefined for one that has them for itself. */
export function conversionOf(group: string, version: string, resource: string): Conversion | undefined {
  if (resource === 'events') {
    return group === ''
      ? undefined
      : {
          collection: '/events',
          fromStorage: (object) => renamed(object, 'events.k8s.io/v1', EVENT_NAMES),
          toStorage: (object) => renamed(object, 'v1', inverse(EVENT_NAMES)),
        };
  }
  if (group === 'autoscaling' && version === 'v1') {
    return { collection: 'autoscaling/horizontalpodautoscalers', fromStorage: scalerToV1, toStorage: scalerToV2 };
  }
  return undefined;
}

function inverse(names: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(names).map(([from, to]) => [to, from]));
}

function renamed(
  object: KubernetesObject,
  apiVersion: string,
  names: Readonly<Record<string, string>>,
): KubernetesObject {
  const result: Shape = {};
  for (const [key, value] of Object.entries(object))
    result[Object.hasOwn(names, key) ? (names[key] ?? key) : key] = value;
  return { ...result, apiVersion, kind: object.kind, metadata: object.metadata };
}

const METRICS_ANNOTATION = 'autoscaling.alpha.kubernetes.io/metrics';
const BEHAVIOR_ANNOTATION = 'autoscaling.alpha.kubernetes.io/behavior';

/** autoscaling/v1 knows the CPU's utilisation; everything else of v2 stands in annotations there. */
function scalerToV1(object: KubernetesObject): KubernetesObject {
  const spec = objectAt(object, 'spec');
  const status = objectAt(object, 'status');
  const metrics = listAt(spec, 'metrics');
  const cpu = metrics.find(isCpu);
  const others = metrics.filter((metric) => metric !== cpu);
  const target = getPath(cpu, 'resource', 'target', 'averageUtilization');
  const current = getPath(listAt(status, 'currentMetrics').find(isCpu), 'resource', 'current', 'averageUtilization');
  const annotations: Shape = { ...objectAt(object.metadata, 'annotations') };
  if (others.length > 0) annotations[METRICS_ANNOTATION] = JSON.stringify(others);
  const behavior = getKey(spec, 'behavior');
  if (behavior !== undefined) annotations[BEHAVIOR_ANNOTATION] = JSON.stringify(behavior);
  return {
    apiVersion: 'autoscaling/v1',
    kind: object.kind,
    metadata: Object.keys(annotations).length === 0 ? object.metadata : { ...object.metadata, annotations },
    spec: {
      ...without(spec, 'metrics', 'behavior'),
      ...(target === undefined ? {} : { targetCPUUtilizationPercentage: target }),
    },
    status: {
      ...without(status, 'currentMetrics', 'conditions'),
      currentReplicas: getKey(status, 'currentReplicas') ?? 0,
      ...(current === undefined ? {} : { currentCPUUtilizationPercentage: current }),
    },
  };
}

function scalerToV2(object: KubernetesObject): KubernetesObject {
  const spec = objectAt(object, 'spec');
  const status = objectAt(object, 'status');
  const {
    [METRICS_ANNOTATION]: metricsText,
    [BEHAVIOR_ANNOTATION]: behaviorText,
    ...annotations
  } = objectAt(object.metadata, 'annotations');
  const target = getKey(spec, 'targetCPUUtilizationPercentage');
  const others = parsed(metricsText);
  const behavior = parsed(behaviorText);
  const metrics: JsonArray = [
    ...(Array.isArray(others) ? (others as JsonArray) : []),
    ...(target === undefined ? [] : [cpuMetric(target)]),
  ];
  const { annotations: _annotations, ...metadata } = object.metadata;
  return {
    apiVersion: 'autoscaling/v2',
    kind: object.kind,
    metadata: Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations },
    spec: {
      ...without(spec, 'targetCPUUtilizationPercentage'),
      ...(metrics.length === 0 ? {} : { metrics }),
      ...(isJsonObject(behavior) ? { behavior } : {}),
    },
    status: { currentMetrics: null, ...without(status, 'currentCPUUtilizationPercentage') },
  };
}

function cpuMetric(averageUtilization: JsonValue): JsonObject {
  return { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } };
}

function isCpu(metric: JsonValue): boolean {
  const used = getPath(metric, 'resource', 'target', 'averageUtilization') ?? getPath(metric, 'resource', 'current');
  return getPath(metric, 'type') === 'Resource' && getPath(metric, 'resource', 'name') === 'cpu' && used !== undefined;
}

/** JSON in an annotation; nothing where someone wrote something else there. */
function parsed(value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    return JSON.parse(value) as JsonValue;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function without(object: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

function objectAt(object: JsonObject, key: string): JsonObject {
  const value = getKey(object, key);
  return isJsonObject(value) ? value : {};
}

function listAt(object: JsonObject, key: string): JsonArray {
  const value = getKey(object, key);
  return Array.isArray(value) ? (value as JsonArray) : [];
}
