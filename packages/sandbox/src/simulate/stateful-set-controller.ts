import type { JsonObject, JsonValue, KubernetesObject } from '@capstan/object';
import { compact, CONTROLLER_MANAGER, writeStatus, type SimulationContext } from './context.ts';
import { CLAIMS, PODS, STATEFUL_SETS } from './resources.ts';
import {
  controllerOf,
  generationOf,
  isDeleting,
  keyOf,
  labelsOf,
  nameOf,
  namespaceOf,
  numberAt,
  objectAt,
  objectsAt,
  textAt,
  uidOf,
} from './read.ts';
import { wantedReplicas } from './replica-set-math.ts';
import { revisionOf, type Revision } from './revision.ts';
import { availableIn, isFinished, isReady, podFromTemplate } from './workload-pods.ts';

const HASH = 'controller-revision-hash';

/** Runs the StatefulSet controller: pods and claims by ordinal, in order, one update at a time. */
export function startStatefulSets(context: SimulationContext): void {
  const sets = context.informer(STATEFUL_SETS);
  const lane = context.lane('statefulset', (key) => {
    const set = sets.byKey(key);
    if (set === undefined || isDeleting(set)) return;
    const again = reconcile(context, set);
    if (again !== undefined) lane.addAfter(key, again);
  });
  sets.subscribe(({ type, object }) => {
    if (type !== 'DELETED') lane.add(keyOf(object));
  });
  context.informer(PODS).subscribe(({ object }) => {
    const owner = controllerOf(object);
    if (owner?.['kind'] === 'StatefulSet') lane.add(`${namespaceOf(object)}/${textAt(owner, 'name')}`);
  });
}

function reconcile(context: SimulationContext, set: KubernetesObject): number | undefined {
  const revision = revisionOf(context, set, {});
  const current = textAt(set, 'status', 'currentRevision') || revision.name;
  act(context, set, revision);
  const pods = context
    .informer(PODS)
    .controlledBy(uidOf(set))
    .filter((pod) => ordinalOf(set, pod) >= 0);
  const waits = pods.filter((pod) => !isDeleting(pod)).map((pod) => availableIn(context, set, pod));
  const hashOf = (name: string): string => name.slice(nameOf(set).length + 1);
  const having = (name: string): number => pods.filter((pod) => labelsOf(pod)[HASH] === hashOf(name)).length;
  const updated = having(revision.name);
  const ready = pods.filter((pod) => isReady(pod) && !isDeleting(pod)).length;
  const complete = updated === pods.length && updated === wantedReplicas(set) && ready === updated;
  const currentRevision = complete ? revision.name : current;
  const status = compact({
    availableReplicas: waits.filter((wait) => wait === 0).length,
    collisionCount: 0,
    currentReplicas: having(currentRevision) || undefined,
    currentRevision,
    observedGeneration: generationOf(set),
    readyReplicas: ready || undefined,
    replicas: pods.length,
    updateRevision: revision.name,
    updatedReplicas: updated || undefined,
  });
  writeStatus(context, STATEFUL_SETS, set, status);
  const next = Math.min(...waits.filter((wait) => wait !== undefined && wait > 0).map(Number));
  return Number.isFinite(next) ? next : undefined;
}

/** The next step: replace what failed, create in order, scale down from the top, then update from the top. */
function act(context: SimulationContext, set: KubernetesObject, revision: Revision): void {
  const first = numberAt(set, 0, 'spec', 'ordinals', 'start');
  const end = first + wantedReplicas(set);
  const parallel = textAt(set, 'spec', 'podManagementPolicy') === 'Parallel';
  const pods = context.informer(PODS).controlledBy(uidOf(set));
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(set, pod), pod]));
  for (let ordinal = first; ordinal < end; ordinal++) {
    const pod = byOrdinal.get(ordinal);
    if (pod === undefined) create(context, set, ordinal, revision);
    else if (isFinished(pod) && !isDeleting(pod)) remove(context, set, pod);
    const settled = pod !== undefined && !isDeleting(pod) && availableIn(context, set, pod) === 0;
    if (!settled && !parallel) return;
  }
  const surplus = [...byOrdinal.keys()].filter((ordinal) => ordinal >= end || (ordinal >= 0 && ordinal < first));
  for (const ordinal of surplus.sort((a, b) => b - a)) {
    const pod = byOrdinal.get(ordinal);
    if (pod === undefined) continue;
    if (!isDeleting(pod)) remove(context, set, pod);
    if (!parallel) return;
  }
  if (textAt(set, 'spec', 'updateStrategy', 'type') === 'OnDelete') return;
  const partition = numberAt(set, 0, 'spec', 'updateStrategy', 'rollingUpdate', 'partition');
  for (let ordinal = end - 1; ordinal >= Math.max(first, partition); ordinal--) {
    const pod = byOrdinal.get(ordinal);
    if (pod === undefined || isDeleting(pod) || availableIn(context, set, pod) !== 0) return;
    if (labelsOf(pod)[HASH] !== revision.hash) {
      remove(context, set, pod);
      return;
    }
  }
}

function create(context: SimulationContext, set: KubernetesObject, ordinal: number, revision: Revision): void {
  const name = `${nameOf(set)}-${ordinal}`;
  const claims = objectsAt(set, 'spec', 'volumeClaimTemplates');
  for (const claim of claims) createClaim(context, set, claim, name);
  const template = objectAt(set, 'spec', 'template');
  const pod = podFromTemplate(set, template, { generateName: `${nameOf(set)}-`, name });
  const labels = {
    ...objectAt(template, 'metadata', 'labels'),
    'apps.kubernetes.io/pod-index': String(ordinal),
    [HASH]: revision.hash,
    'statefulset.kubernetes.io/pod-name': name,
  };
  const names = new Set(claims.map((claim) => textAt(claim, 'metadata', 'name')));
  const volumes: JsonValue[] = [
    ...[...names].map((each) => ({ name: each, persistentVolumeClaim: { claimName: `${each}-${name}` } })),
    ...objectsAt(template, 'spec', 'volumes').filter((volume) => !names.has(textAt(volume, 'name'))),
  ];
  const subdomain = textAt(set, 'spec', 'serviceName');
  const spec: JsonObject = {
    ...objectAt(template, 'spec'),
    hostname: name,
    ...(subdomain === '' ? {} : { subdomain }),
    ...(volumes.length === 0 ? {} : { volumes }),
  };
  const object = { ...pod, metadata: { ...pod.metadata, labels }, spec };
  context.api.create(PODS, object, { manager: CONTROLLER_MANAGER });
  tell(context, set, 'SuccessfulCreate', `Create Pod ${name} in StatefulSet ${nameOf(set)} successful`);
}

function createClaim(context: SimulationContext, set: KubernetesObject, template: JsonObject, pod: string): void {
  const name = `${textAt(template, 'metadata', 'name')}-${pod}`;
  if (context.informer(CLAIMS).get(namespaceOf(set), name) !== undefined) return;
  const metadata = objectAt(template, 'metadata');
  const labels = { ...objectAt(metadata, 'labels'), ...objectAt(set, 'spec', 'selector', 'matchLabels') };
  const claim: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { ...metadata, name, namespace: namespaceOf(set), labels },
    spec: objectAt(template, 'spec'),
  };
  context.api.create(CLAIMS, claim, { manager: CONTROLLER_MANAGER });
  const message = `Create Claim ${name} Pod ${pod} in StatefulSet ${nameOf(set)} success`;
  tell(context, set, 'SuccessfulCreate', message);
}

function remove(context: SimulationContext, set: KubernetesObject, pod: KubernetesObject): void {
  context.api.delete(PODS, namespaceOf(pod), nameOf(pod), { uid: uidOf(pod) });
  tell(context, set, 'SuccessfulDelete', `Delete Pod ${nameOf(pod)} in StatefulSet ${nameOf(set)} successful`);
}

function tell(context: SimulationContext, set: KubernetesObject, reason: string, message: string): void {
  context.events.record(set, { type: 'Normal', reason, message, component: 'statefulset-controller' });
}

function ordinalOf(set: KubernetesObject, pod: KubernetesObject): number {
  const rest = nameOf(pod).slice(nameOf(set).length + 1);
  return /^\d+$/.test(rest) ? Number(rest) : -1;
}
