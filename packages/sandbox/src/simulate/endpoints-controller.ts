import type { JsonObject, JsonValue, KubernetesObject } from '@capstan/object';
import { getPath } from '@capstan/object';
import { CONTROLLER_MANAGER, type SimulationContext } from './context.ts';
import type { Informer } from './informer.ts';
import { matchesLabels } from './label-selector.ts';
import { ENDPOINTS, PODS, SERVICES, SLICES } from './resources.ts';
import {
  controllerReference,
  isDeleting,
  keyOf,
  labelsOf,
  nameOf,
  namespaceOf,
  objectAt,
  objectsAt,
  sameValue,
  splitKey,
  textAt,
  timeText,
  uidOf,
} from './read.ts';
import { isFinished, isReady } from './workload-pods.ts';

const TRIGGER = 'endpoints.kubernetes.io/last-change-trigger-time';
const HEADLESS = 'service.kubernetes.io/headless';

/** Runs the Endpoints and EndpointSlice controllers: the ready pods behind each Service. */
export function startEndpoints(context: SimulationContext): void {
  const services = context.informer(SERVICES);
  const pods = context.informer(PODS);
  const lane = context.lane('endpoints', (key) => {
    const service = services.byKey(key);
    if (service === undefined) forget(context, key);
    else if (!isDeleting(service)) reconcile(context, pods, service);
  });
  const bySelector = new SelectorIndex();
  services.subscribe(({ type, object, old }) => {
    if (old !== undefined) bySelector.remove(old);
    if (type !== 'DELETED') bySelector.add(object);
    lane.add(keyOf(object));
  });
  pods.subscribe(({ object, old }) => {
    for (const service of bySelector.matching(object)) lane.add(service);
    if (old !== undefined && !sameValue(labelsOf(old), labelsOf(object))) {
      for (const service of bySelector.matching(old)) lane.add(service);
    }
  });
}

/** Finds the Services that select a pod by the first label of their selectors, so that none is looked at in vain. */
class SelectorIndex {
  readonly #services = new Map<string, Map<string, JsonObject>>();

  add(service: KubernetesObject): void {
    const selector = selectorOf(service);
    const bucket = bucketOf(service, selector);
    if (selector === undefined || bucket === undefined) return;
    const known = this.#services.get(bucket) ?? new Map<string, JsonObject>();
    this.#services.set(bucket, known.set(keyOf(service), selector));
  }

  remove(service: KubernetesObject): void {
    const bucket = bucketOf(service, selectorOf(service));
    if (bucket === undefined) return;
    const known = this.#services.get(bucket);
    known?.delete(keyOf(service));
    if (known?.size === 0) this.#services.delete(bucket);
  }

  *matching(pod: KubernetesObject): Iterable<string> {
    const labels = labelsOf(pod);
    for (const [label, value] of Object.entries(labels)) {
      if (typeof value !== 'string') continue;
      const bucket = this.#services.get(`${namespaceOf(pod)}/${label}=${value}`);
      for (const [key, selector] of bucket ?? []) if (matchesLabels(selector, labels)) yield key;
    }
  }
}

function selectorOf(service: KubernetesObject): JsonObject | undefined {
  const selector = objectAt(service, 'spec', 'selector');
  return Object.keys(selector).length === 0 ? undefined : selector;
}

function bucketOf(service: KubernetesObject, selector: JsonObject | undefined): string | undefined {
  if (selector === undefined || textAt(service, 'spec', 'type') === 'ExternalName') return undefined;
  const [label = '', value] = Object.entries(selector)[0] ?? [];
  return typeof value === 'string' ? `${namespaceOf(service)}/${label}=${value}` : undefined;
}

function reconcile(context: SimulationContext, pods: Informer, service: KubernetesObject): void {
  const selector = selectorOf(service);
  if (selector === undefined || textAt(service, 'spec', 'type') === 'ExternalName') return;
  const [label = '', value] = Object.entries(selector)[0] ?? [];
  const chosen = [...pods.withLabel(namespaceOf(service), label, typeof value === 'string' ? value : '')]
    .filter(
      (pod) => matchesLabels(selector, labelsOf(pod)) && textAt(pod, 'status', 'podIP') !== '' && !isFinished(pod),
    )
    .sort((a, b) => (textAt(a, 'status', 'podIP') < textAt(b, 'status', 'podIP') ? -1 : 1));
  writeEndpoints(context, service, chosen);
  writeSlice(context, service, chosen);
}

function writeEndpoints(
  context: SimulationContext,
  service: KubernetesObject,
  pods: readonly KubernetesObject[],
): void {
  const live = pods.filter((pod) => !isDeleting(pod));
  const publish = getPath(service, 'spec', 'publishNotReadyAddresses') === true;
  const ready = live.filter((pod) => publish || isReady(pod)).map(addressOf);
  const others = live.filter((pod) => !publish && !isReady(pod)).map(addressOf);
  const ports = portsOf(service, live[0]);
  const subset = {
    ...(ready.length === 0 ? {} : { addresses: ready }),
    ...(others.length === 0 ? {} : { notReadyAddresses: others }),
    ...(ports.length === 0 ? {} : { ports }),
  };
  const subsets: JsonValue = live.length === 0 ? [] : [subset];
  const known = context.informer(ENDPOINTS).get(namespaceOf(service), nameOf(service));
  const labels = {
    ...labelsOf(service),
    'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
    ...headless(service),
  };
  if (known !== undefined && sameValue(known['subsets'] ?? [], subsets) && sameValue(labelsOf(known), labels)) return;
  const metadata = {
    name: nameOf(service),
    namespace: namespaceOf(service),
    labels,
    annotations: triggered(context, live),
  };
  const object: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata,
    ...(live.length === 0 ? {} : { subsets }),
  };
  const options = { manager: CONTROLLER_MANAGER };
  if (known === undefined) context.api.create(ENDPOINTS, object, options);
  else context.api.update(ENDPOINTS, { ...object, metadata: { ...known.metadata, ...metadata } }, options);
}

function writeSlice(context: SimulationContext, service: KubernetesObject, pods: readonly KubernetesObject[]): void {
  const publish = getPath(service, 'spec', 'publishNotReadyAddresses') === true;
  const endpoints: JsonValue = pods.map((pod) => ({
    addresses: [textAt(pod, 'status', 'podIP')],
    conditions: {
      ready: publish || (isReady(pod) && !isDeleting(pod)),
      serving: isReady(pod),
      terminating: isDeleting(pod),
    },
    nodeName: textAt(pod, 'spec', 'nodeName'),
    targetRef: targetOf(pod),
  }));
  const ports = portsOf(service, pods[0]).map((port) => ({ ...port, name: textAt(port, 'name') }));
  const known = context.informer(SLICES).controlledBy(uidOf(service))[0];
  const labels = {
    ...labelsOf(service),
    'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    'kubernetes.io/service-name': nameOf(service),
    ...headless(service),
  };
  const body = { addressType: 'IPv4', endpoints, ports: ports.length === 0 ? null : ports };
  const same =
    known !== undefined &&
    sameValue(known['endpoints'] ?? [], endpoints) &&
    sameValue(known['ports'] ?? null, body.ports) &&
    sameValue(labelsOf(known), labels);
  if (same) return;
  const options = { manager: CONTROLLER_MANAGER };
  const annotations = triggered(context, pods);
  if (known === undefined) {
    const metadata = {
      generateName: `${nameOf(service)}-`,
      namespace: namespaceOf(service),
      labels,
      annotations,
      ownerReferences: [controllerReference(service)],
    };
    context.api.create(
      SLICES,
      { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata, ...body },
      options,
    );
    return;
  }
  context.api.update(SLICES, { ...known, metadata: { ...known.metadata, labels, annotations }, ...body }, options);
}

function headless(service: KubernetesObject): JsonObject {
  return textAt(service, 'spec', 'clusterIP') === 'None' ? { [HEADLESS]: '' } : {};
}

function triggered(context: SimulationContext, pods: readonly KubernetesObject[]): JsonObject {
  return pods.length === 0 ? {} : { [TRIGGER]: timeText(context.clock.now()) };
}

function addressOf(pod: KubernetesObject): JsonObject {
  return { ip: textAt(pod, 'status', 'podIP'), nodeName: textAt(pod, 'spec', 'nodeName'), targetRef: targetOf(pod) };
}

function targetOf(pod: KubernetesObject): JsonObject {
  return { kind: 'Pod', name: nameOf(pod), namespace: namespaceOf(pod), uid: uidOf(pod) };
}

/** The Service's ports as the pod listens on them; a name that the pod does not have leads nowhere. */
function portsOf(service: KubernetesObject, pod: KubernetesObject | undefined): readonly JsonObject[] {
  if (pod === undefined) return [];
  return objectsAt(service, 'spec', 'ports').flatMap((port): JsonObject[] => {
    const number = targetPort(pod, port);
    if (number === undefined) return [];
    const name = textAt(port, 'name');
    const appProtocol = textAt(port, 'appProtocol');
    return [
      {
        ...(name === '' ? {} : { name }),
        port: number,
        protocol: textAt(port, 'protocol') || 'TCP',
        ...(appProtocol === '' ? {} : { appProtocol }),
      },
    ];
  });
}

function targetPort(pod: KubernetesObject, port: JsonObject): number | undefined {
  const target = port['targetPort'];
  if (typeof target === 'number') return target;
  for (const container of objectsAt(pod, 'spec', 'containers')) {
    for (const each of objectsAt(container, 'ports')) {
      const number = each['containerPort'];
      if (
        textAt(each, 'name') === target &&
        textAt(each, 'protocol') === textAt(port, 'protocol') &&
        typeof number === 'number'
      ) {
        return number;
      }
    }
  }
  return undefined;
}

/** A Service that is gone takes its Endpoints along; its slices go with their owner. */
function forget(context: SimulationContext, key: string): void {
  const { namespace, name } = splitKey(key);
  const known = context.informer(ENDPOINTS).get(namespace, name);
  const ours = known !== undefined && labelsOf(known)['endpoints.kubernetes.io/managed-by'] === 'endpoint-controller';
  if (ours && !isDeleting(known)) context.api.delete(ENDPOINTS, namespace, name, { uid: uidOf(known) });
}
