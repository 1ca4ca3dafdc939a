import type { JsonObject, JsonValue, KubernetesObject } from '@capstan/object';
import { getPath } from '@capstan/object';
import { CONTROLLER_MANAGER, type SimulationContext } from './context.ts';
import { podTemplateHash } from './pod-template-hash.ts';
import { PODS, REPLICA_SETS } from './resources.ts';
import {
  annotationOf,
  controllerReference,
  nameOf,
  namespaceOf,
  numberAt,
  objectAt,
  sameValue,
  timeAt,
  uidOf,
} from './read.ts';
import { statusCount, sumOf, surgeOf, templateWithoutHash, wantedReplicas } from './replica-set-math.ts';

const PREFIX = 'deployment.kubernetes.io/';
const REVISION = `${PREFIX}revision`;
const DESIRED = `${PREFIX}desired-replicas`;
const MAXIMUM = `${PREFIX}max-replicas`;
/** Annotations of a Deployment that its ReplicaSets do not get. */
const NOT_COPIED = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  `${PREFIX}revision-history`,
  DESIRED,
  MAXIMUM,
  'deprecated.deployment.rollback.to',
]);

/** What one pass did about the new ReplicaSet, for the Progressing condition. */
export interface RolloutOutcome {
  readonly newSet: KubernetesObject | undefined;
  readonly progress: 'created' | 'found' | undefined;
}

/** One pass of a Deployment's rollout over its ReplicaSets. */
export class DeploymentRollout {
  readonly #context: SimulationContext;
  readonly #deployment: KubernetesObject;
  #sets: readonly KubernetesObject[];

  constructor(context: SimulationContext, deployment: KubernetesObject, sets: readonly KubernetesObject[]) {
    this.#context = context;
    this.#deployment = deployment;
    this.#sets = [...sets].sort(
      (a, b) =>
        timeAt(a.metadata, 'creationTimestamp') - timeAt(b.metadata, 'creationTimestamp') ||
        (nameOf(a) < nameOf(b) ? -1 : 1),
    );
  }

  run(): RolloutOutcome {
    const existing = this.#findNewSet();
    if (getPath(this.#deployment, 'spec', 'paused') === true) {
      this.#scaleAll(existing);
      return { newSet: existing, progress: undefined };
    }
    if (this.#isScaling()) {
      const newSet = this.#annotate(existing);
      this.#scaleAll(newSet);
      return { newSet, progress: undefined };
    }
    const recreate = getPath(this.#deployment, 'spec', 'strategy', 'type') === 'Recreate';
    if (recreate && !this.#oldPodsGone(existing)) return { newSet: existing, progress: undefined };
    const newSet = existing === undefined ? this.#create() : this.#annotate(existing);
    if (newSet === undefined) return { newSet, progress: undefined };
    const progress = existing === undefined ? 'created' : 'found';
    if (recreate) this.#scale(newSet, wantedReplicas(this.#deployment));
    else this.#roll(newSet);
    this.#forgetOld(newSet);
    return { newSet, progress };
  }

  #findNewSet(): KubernetesObject | undefined {
    const wanted = templateWithoutHash(objectAt(this.#deployment, 'spec', 'template'));
    return this.#sets.find((set) => sameValue(templateWithoutHash(objectAt(set, 'spec', 'template')), wanted));
  }

  #old(newSet: KubernetesObject | undefined): readonly KubernetesObject[] {
    return this.#sets.filter((set) => newSet === undefined || uidOf(set) !== uidOf(newSet));
  }

  #create(): KubernetesObject {
    const deployment = this.#deployment;
    const template = objectAt(deployment, 'spec', 'template');
    const collisions = getPath(deployment, 'status', 'collisionCount');
    const hash = podTemplateHash(template, typeof collisions === 'number' ? collisions : undefined);
    const labels = { ...objectAt(template, 'metadata', 'labels'), 'pod-template-hash': hash };
    const selector = objectAt(deployment, 'spec', 'selector');
    const matchLabels = { ...objectAt(selector, 'matchLabels'), 'pod-template-hash': hash };
    const replicas = this.#roomForNew(0);
    const set: KubernetesObject = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${nameOf(deployment)}-${hash}`,
        namespace: namespaceOf(deployment),
        labels,
        annotations: this.#annotations(undefined, this.#nextRevision(undefined)),
        ownerReferences: [controllerReference(deployment)],
      },
      spec: {
        replicas,
        ...minReady(deployment),
        selector: { ...selector, matchLabels },
        template: { ...template, metadata: { ...objectAt(template, 'metadata'), labels } },
      },
    };
    const created = this.#context.api.create(REPLICA_SETS, set, { manager: CONTROLLER_MANAGER });
    this.#sets = [...this.#sets, created];
    if (replicas > 0) this.#tellScaled(created, 0, replicas);
    return created;
  }

  /** Brings revision and copied annotations of the new ReplicaSet up to date. */
  #annotate(set: KubernetesObject | undefined): KubernetesObject | undefined {
    if (set === undefined) return undefined;
    const annotations = this.#annotations(set, this.#nextRevision(set));
    const spec = objectAt(set, 'spec');
    const minReadySeconds = getPath(this.#deployment, 'spec', 'minReadySeconds');
    if (
      sameValue(objectAt(set.metadata, 'annotations'), annotations) &&
      sameValue(spec['minReadySeconds'], minReadySeconds)
    ) {
      return set;
    }
    const { minReadySeconds: _old, ...others } = spec;
    return this.#replace(set, {
      ...set,
      metadata: { ...set.metadata, annotations },
      spec: { ...others, ...minReady(this.#deployment) },
    });
  }

  #annotations(set: KubernetesObject | undefined, revision: string): JsonObject {
    const result: Record<string, JsonValue> = { ...objectAt(set?.metadata, 'annotations') };
    for (const [key, value] of Object.entries(objectAt(this.#deployment.metadata, 'annotations'))) {
      if (!NOT_COPIED.has(key)) result[key] = value;
    }
    const replicas = wantedReplicas(this.#deployment);
    const earlier = typeof result[REVISION] === 'string' ? result[REVISION] : '';
    if (earlier !== '' && earlier !== revision) {
      const history = result[`${PREFIX}revision-history`];
      result[`${PREFIX}revision-history`] = typeof history === 'string' ? `${history},${earlier}` : earlier;
    }
    result[REVISION] = revision;
    result[DESIRED] = String(replicas);
    result[MAXIMUM] = String(replicas + surgeOf(this.#deployment).maxSurge);
    return result;
  }

  /** One more than the highest of the others; a set that is the highest keeps its number. */
  #nextRevision(set: KubernetesObject | undefined): string {
    const others = this.#old(set).map((other) => Number(annotationOf(other, REVISION)) || 0);
    const next = Math.max(0, ...others) + 1;
    const own = set === undefined ? 0 : Number(annotationOf(set, REVISION)) || 0;
    return String(Math.max(own, next));
  }

  #isScaling(): boolean {
    const wanted = String(wantedReplicas(this.#deployment));
    return this.#sets.some((set) => {
      const desired = annotationOf(set, DESIRED);
      return wantedReplicas(set) > 0 && desired !== '' && desired !== wanted;
    });
  }

  /** Scales without rolling: the only active set at once, several in proportion. */
  #scaleAll(newSet: KubernetesObject | undefined): void {
    const replicas = wantedReplicas(this.#deployment);
    const active = this.#sets.filter((set) => wantedReplicas(set) > 0);
    const only = active.length === 1 ? active[0] : active.length === 0 ? (newSet ?? this.#sets.at(-1)) : undefined;
    if (only !== undefined) {
      this.#scale(only, replicas);
      return;
    }
    if (newSet !== undefined && isSaturated(newSet, replicas)) {
      for (const set of this.#old(newSet)) this.#scale(set, 0);
      return;
    }
    const allowed = replicas > 0 ? replicas + surgeOf(this.#deployment).maxSurge : 0;
    const total = sumOf(active, wantedReplicas);
    let toAdd = allowed - total;
    // The largest set takes the rounding when growing, the newest when they are equal.
    const ordered = [...active].sort((a, b) => wantedReplicas(b) - wantedReplicas(a));
    const sizes = ordered.map((set) => {
      const share = Math.round((wantedReplicas(set) * allowed) / Math.max(total, 1)) - wantedReplicas(set);
      const bounded = toAdd > 0 ? Math.max(0, Math.min(share, toAdd)) : Math.min(0, Math.max(share, toAdd));
      toAdd -= bounded;
      return wantedReplicas(set) + bounded;
    });
    ordered.forEach((set, index) => this.#scale(set, Math.max(0, (sizes[index] ?? 0) + (index === 0 ? toAdd : 0))));
  }

  #roll(newSet: KubernetesObject): void {
    const replicas = wantedReplicas(this.#deployment);
    const current = wantedReplicas(newSet);
    const wanted = current > replicas ? replicas : this.#roomForNew(current);
    if (wanted !== current) {
      this.#scale(newSet, wanted);
      return;
    }
    this.#shrinkOld(newSet, replicas);
  }

  /** How many pods the new set may have now. */
  #roomForNew(current: number): number {
    const replicas = wantedReplicas(this.#deployment);
    if (getPath(this.#deployment, 'spec', 'strategy', 'type') === 'Recreate') return replicas;
    const maximum = replicas + surgeOf(this.#deployment).maxSurge;
    const total = sumOf(this.#sets, wantedReplicas);
    if (total >= maximum) return current;
    return current + Math.min(maximum - total, replicas - current);
  }

  #shrinkOld(newSet: KubernetesObject, replicas: number): void {
    const old = this.#old(newSet).filter((set) => wantedReplicas(set) > 0);
    if (old.length === 0) return;
    const minimum = replicas - surgeOf(this.#deployment).maxUnavailable;
    const unavailableNew = wantedReplicas(newSet) - statusCount(newSet, 'availableReplicas');
    let room = sumOf(this.#sets, wantedReplicas) - minimum - unavailableNew;
    if (room <= 0) return;
    const sizes = new Map(old.map((set) => [uidOf(set), wantedReplicas(set)]));
    for (const set of old) {
      // Pods that are not available cost nothing to lose: they go first.
      const broken = Math.min(room, Math.max(0, wantedReplicas(set) - statusCount(set, 'availableReplicas')));
      sizes.set(uidOf(set), wantedReplicas(set) - broken);
      room -= broken;
    }
    let spare = sumOf(this.#sets, (set) => statusCount(set, 'availableReplicas')) - minimum;
    for (const set of old) {
      const size = sizes.get(uidOf(set)) ?? 0;
      const fewer = Math.max(0, Math.min(size, spare));
      sizes.set(uidOf(set), size - fewer);
      spare -= fewer;
    }
    for (const set of old) this.#scale(set, sizes.get(uidOf(set)) ?? 0);
  }

  /** For Recreate: scales the old sets down; true once no pod of theirs is left. */
  #oldPodsGone(newSet: KubernetesObject | undefined): boolean {
    const old = this.#old(newSet);
    const active = old.filter((set) => wantedReplicas(set) > 0);
    for (const set of active) this.#scale(set, 0);
    if (active.length > 0) return false;
    const pods = this.#context.informer(PODS);
    return old.every((set) =>
      pods.controlledBy(uidOf(set)).every((pod) => ['Failed', 'Succeeded'].includes(phaseOf(pod))),
    );
  }

  /** Deletes the oldest ReplicaSets beyond the history limit, once the rollout is over. */
  #forgetOld(newSet: KubernetesObject): void {
    const limit = numberAt(this.#deployment, 10, 'spec', 'revisionHistoryLimit');
    const complete = isSaturated(newSet, wantedReplicas(this.#deployment));
    if (!complete) return;
    const idle = this.#old(newSet).filter((set) => wantedReplicas(set) === 0 && statusCount(set, 'replicas') === 0);
    const byRevision = [...idle].sort((a, b) => Number(annotationOf(a, REVISION)) - Number(annotationOf(b, REVISION)));
    for (const set of byRevision.slice(0, Math.max(0, byRevision.length - limit))) {
      this.#context.api.delete(REPLICA_SETS, namespaceOf(set), nameOf(set), { uid: uidOf(set) });
    }
  }

  #scale(set: KubernetesObject, replicas: number): void {
    const wanted = wantedReplicas(this.#deployment);
    const annotations = {
      ...objectAt(set.metadata, 'annotations'),
      [DESIRED]: String(wanted),
      [MAXIMUM]: String(wanted + surgeOf(this.#deployment).maxSurge),
    };
    const same = wantedReplicas(set) === replicas && sameValue(annotations, objectAt(set.metadata, 'annotations'));
    if (same) return;
    this.#replace(set, {
      ...set,
      metadata: { ...set.metadata, annotations },
      spec: { ...objectAt(set, 'spec'), replicas },
    });
    const before = wantedReplicas(set);
    if (before !== replicas) this.#tellScaled(set, before, replicas);
  }

  #tellScaled(set: KubernetesObject, from: number, to: number): void {
    const message = `Scaled ${to > from ? 'up' : 'down'} replica set ${nameOf(set)} from ${from} to ${to}`;
    const by = { type: 'Normal', component: 'deployment-controller' } as const;
    this.#context.events.record(this.#deployment, { ...by, reason: 'ScalingReplicaSet', message });
  }

  #replace(set: KubernetesObject, next: KubernetesObject): KubernetesObject {
    const updated = this.#context.api.update(REPLICA_SETS, next, { manager: CONTROLLER_MANAGER });
    this.#sets = this.#sets.map((each) => (uidOf(each) === uidOf(set) ? updated : each));
    return updated;
  }
}

function minReady(deployment: KubernetesObject): JsonObject {
  const seconds = getPath(deployment, 'spec', 'minReadySeconds');
  return typeof seconds === 'number' ? { minReadySeconds: seconds } : {};
}

function isSaturated(set: KubernetesObject, replicas: number): boolean {
  return (
    wantedReplicas(set) === replicas &&
    Number(annotationOf(set, DESIRED)) === replicas &&
    statusCount(set, 'availableReplicas') === replicas
  );
}

function phaseOf(pod: KubernetesObject): string {
  const phase = getPath(pod, 'status', 'phase');
  return typeof phase === 'string' ? phase : '';
}
