import { getPath, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import { compact, CONTROLLER_MANAGER, writeStatus, type SimulationContext } from './context.ts';
import { CLAIMS, PODS, REVISIONS, STATEFUL_SETS } from './resources.ts';
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
import { claimName, createMissingClaims, hasStaleClaim, retainClaims } from './stateful-set-claims.ts';
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
  // A pod may wait for the claim of the one before it to go.
  context.informer(CLAIMS).subscribe(({ type, object }) => {
    if (type === 'DELETED') for (const set of sets.inNamespace(namespaceOf(object))) lane.add(keyOf(set));
  });
}

function reconcile(context: SimulationContext, set: KubernetesObject): number | undefined {
  const update = revisionOf(context, set, {});
  const current = currentRevision(context, set) ?? update;
  act(context, set, { current, update });
  const pods = context
    .informer(PODS)
    .controlledBy(uidOf(set))
    .filter((pod) => ordinalOf(set, pod) >= 0);
  const waits = pods.map((pod) => availableIn(context, set, pod));
  const having = ({ name }: Revision): number =>
    pods.filter((pod) => !isDeleting(pod) && labelsOf(pod)[HASH] === name).length;
  const updated = having(update);
  const ready = pods.filter(isReady).length;
  const rolls = textAt(set, 'spec', 'updateStrategy', 'type') !== 'OnDelete';
  const complete = rolls && [updated, ready, pods.length].every((count) => count === wantedReplicas(set));
  const shown = complete ? update : current;
  const status = compact({
    availableReplicas: waits.filter((wait) => wait === 0).length,
    collisionCount: 0,
    currentReplicas: having(shown) || undefined,
    currentRevision: shown.name,
    observedGeneration: generationOf(set),
    readyReplicas: ready || undefined,
    replicas: pods.length,
    updateRevision: update.name,
    updatedReplicas: updated || undefined,
  });
  writeStatus(context, STATEFUL_SETS, set, status);
  const next = Math.min(...waits.filter((wait) => wait !== undefined && wait > 0).map(Number));
  return Number.isFinite(next) ? next : undefined;
}

/** The revision that status says the set is at, while it is there. */
function currentRevision(context: SimulationContext, set: KubernetesObject): Revision | undefined {
  const name = textAt(set, 'status', 'currentRevision');
  if (name === '' || context.informer(REVISIONS).get(namespaceOf(set), name) === undefined) return undefined;
  return { name, hash: name.slice(nameOf(set).length + 1) };
}

interface Revisions {
  readonly current: Revision;
  readonly update: Revision;
}

/** The next step: replace what failed, create in order, scale down from the top, then update from the top. */
function act(context: SimulationContext, set: KubernetesObject, revisions: Revisions): void {
  const first = numberAt(set, 0, 'spec', 'ordinals', 'start');
  const end = first + wantedReplicas(set);
  const parallel = textAt(set, 'spec', 'podManagementPolicy') === 'Parallel';
  const pods = context.informer(PODS).controlledBy(uidOf(set));
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(set, pod), pod]));
  for (let ordinal = first; ordinal < end; ordinal++) {
    const pod = byOrdinal.get(ordinal);
    if (pod === undefined) create(context, set, ordinal, revisions);
    else if (isFinished(pod) && !isDeleting(pod)) remove(context, set, pod);
    if ((pod === undefined || isUnavailable(context, set, pod)) && !parallel) return;
    if (pod !== undefined) retainClaims(context, set, pod, false);
  }
  const condemned = pods
    .filter((pod) => ordinalOf(set, pod) >= end || (ordinalOf(set, pod) >= 0 && ordinalOf(set, pod) < first))
    .sort((a, b) => ordinalOf(set, b) - ordinalOf(set, a));
  for (const pod of condemned) retainClaims(context, set, pod, true);
  const unwell = condemned.filter((pod) => isUnavailable(context, set, pod)).at(-1);
  for (const pod of condemned) {
    // Of those that do not run, the lowest goes first, and in order.
    if (!parallel && (isDeleting(pod) || (pod !== unwell && isUnavailable(context, set, pod)))) return;
    if (!isDeleting(pod)) remove(context, set, pod);
    if (!parallel) return;
  }
  if (textAt(set, 'spec', 'updateStrategy', 'type') === 'OnDelete') return;
  const replicas = Array.from({ length: end - first }, (_, index) => byOrdinal.get(first + index));
  updateFromTop(context, set, replicas, revisions.update);
}

/** Deletes pods of another revision down to the partition, so many that no more are away than may be. */
function updateFromTop(
  context: SimulationContext,
  set: KubernetesObject,
  replicas: readonly (KubernetesObject | undefined)[],
  { name }: Revision,
): void {
  const rolling = objectAt(set, 'spec', 'updateStrategy', 'rollingUpdate');
  const allowed = Math.max(1, scaled(getPath(rolling, 'maxUnavailable'), replicas.length));
  let left = allowed - replicas.filter((pod) => pod === undefined || isUnavailable(context, set, pod)).length;
  for (const pod of replicas.slice(numberAt(rolling, 0, 'partition')).reverse()) {
    if (left <= 0) return;
    if (pod === undefined || isDeleting(pod) || labelsOf(pod)[HASH] === name) continue;
    remove(context, set, pod);
    left--;
  }
}

/** A count, or a share of the replicas, rounded down; one where none is given. */
function scaled(value: JsonValue | undefined, replicas: number): number {
  if (typeof value === 'string') return Math.floor((Number.parseInt(value, 10) * replicas) / 100);
  return typeof value === 'number' ? value : 1;
}

function isUnavailable(context: SimulationContext, set: KubernetesObject, pod: KubernetesObject): boolean {
  return isDeleting(pod) || availableIn(context, set, pod) !== 0;
}

/** Pods below the partition stay at the revision that the set is at, and are made anew at it. */
function versionFor(
  context: SimulationContext,
  set: KubernetesObject,
  ordinal: number,
  { current, update }: Revisions,
): { readonly revision: Revision; readonly template: JsonObject } {
  const partition = numberAt(set, 0, 'spec', 'updateStrategy', 'rollingUpdate', 'partition');
  const own = { revision: update, template: objectAt(set, 'spec', 'template') };
  if (ordinal >= numberAt(set, 0, 'spec', 'ordinals', 'start') + partition || current.name === update.name) return own;
  const kept = context.informer(REVISIONS).get(namespaceOf(set), current.name);
  const { $patch: _patch, ...template } = objectAt(kept?.['data'], 'spec', 'template');
  return kept === undefined ? own : { revision: current, template };
}

function create(context: SimulationContext, set: KubernetesObject, ordinal: number, revisions: Revisions): void {
  const name = `${nameOf(set)}-${ordinal}`;
  if (hasStaleClaim(context, set, name)) return;
  createMissingClaims(context, set, name, (claim) => {
    const message = `Create Claim ${claim} Pod ${name} in StatefulSet ${nameOf(set)} success`;
    tell(context, set, 'SuccessfulCreate', message);
  });
  const { revision, template } = versionFor(context, set, ordinal, revisions);
  const pod = podFromTemplate(set, template, { generateName: `${nameOf(set)}-`, name });
  const labels = {
    ...objectAt(template, 'metadata', 'labels'),
    'apps.kubernetes.io/pod-index': String(ordinal),
    [HASH]: revision.name,
    'statefulset.kubernetes.io/pod-name': name,
  };
  const claims = new Map(
    objectsAt(set, 'spec', 'volumeClaimTemplates').map((claim) => [
      textAt(claim, 'metadata', 'name'),
      claimName(claim, name),
    ]),
  );
  const volumes: JsonValue[] = [
    ...[...claims].map(([volume, claim]) => ({ name: volume, persistentVolumeClaim: { claimName: claim } })),
    ...objectsAt(template, 'spec', 'volumes').filter((volume) => !claims.has(textAt(volume, 'name'))),
  ];
  const subdomain = textAt(set, 'spec', 'serviceName');
  const spec: JsonObject = {
    ...objectAt(template, 'spec'),
    hostname: name,
    ...(subdomain === '' ? {} : { subdomain }),
    ...(volumes.length === 0 ? {} : { volumes }),
  };
  const object = { ...pod, metadata: { ...pod.metadata, labels }, spec };
  const created = context.api.create(PODS, object, { manager: CONTROLLER_MANAGER });
  retainClaims(context, set, created, false);
  tell(context, set, 'SuccessfulCreate', `Create Pod ${name} in StatefulSet ${nameOf(set)} successful`);
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
