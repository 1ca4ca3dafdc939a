import { actingCluster } from '../../runtime/acting-cluster.ts';
import type { Cluster } from '../../runtime/cluster.ts';
import { Confirmations } from '../../runtime/confirmations.ts';
import type { Engine } from '../../runtime/engine.ts';
import { HealBackoff } from '../../runtime/heal-backoff.ts';
import type { FluxOptions } from '../options.ts';
import type { RemoteClusters, RemoteRef } from '../remote-clusters.ts';
import type { Admission } from './admission.ts';
import type { Spec } from './run.ts';

/** Where a Kustomization's objects are, as whom they are read and written, and what has been learnt of them there. */
export interface ApplyTarget {
  readonly cluster: Cluster;
  readonly confirmations: Confirmations;
  readonly heals: HealBackoff;
  readonly admission: Pick<Admission, 'isUpToValidation'>;
  /** What is under way ends with it: the cluster cannot be reached any more. Undefined for the local one. */
  readonly signal: AbortSignal | undefined;
}

/** Who a Kustomization is, as far as its target goes. */
export interface TargetOwner {
  /** The key under which interests know it. */
  readonly key: string;
  readonly namespace: string;
  readonly signal: AbortSignal;
}

/** A target, why there is none, or that this will be known soon, which wakes the Kustomization. */
export type FoundTarget = ApplyTarget | { readonly problem: string } | { readonly waiting: true };

/** What others may do here is for the server to say: their dry-runs are never left out. */
const ASK_THE_SERVER: ApplyTarget['admission'] = { isUpToValidation: () => false };
/** Targets that are remembered: what is forgotten is learnt again. */
const MAX_TARGETS = 5_000;

/** The targets of all Kustomizations, each with what has been learnt of it. */
export class ApplyTargets {
  readonly #engine: Engine;
  readonly #options: Pick<FluxOptions, 'defaultServiceAccount'>;
  readonly #remotes: RemoteClusters;
  readonly #local: ApplyTarget;
  readonly #acting = new Map<string, { readonly base: Cluster; readonly target: ApplyTarget }>();
  readonly #remote = new WeakMap<Cluster, ApplyTarget>();

  constructor(
    engine: Engine,
    options: Pick<FluxOptions, 'defaultServiceAccount'>,
    remotes: RemoteClusters,
    admission: Admission,
  ) {
    this.#engine = engine;
    this.#options = options;
    this.#remotes = remotes;
    this.#local = {
      cluster: engine.clusters.local,
      confirmations: new Confirmations(),
      heals: new HealBackoff(),
      admission,
      signal: undefined,
    };
  }

  /** This cluster, as we are. */
  get local(): ApplyTarget {
    return this.#local;
  }

  /** Finds the target that a spec asks for: its kubeconfig's cluster or this one, as its service account or as we are. */
  async find(spec: Pick<Spec, 'kubeConfig' | 'serviceAccountName'>, owner: TargetOwner): Promise<FoundTarget> {
    const base = await this.#base(spec, owner);
    if (!('cluster' in base)) return base;
    const account = this.accountOf(spec);
    return account === undefined ? base : this.#as(base, `system:serviceaccount:${owner.namespace}:${account}`);
  }

  /** The service account that stands for a Kustomization; undefined where Capstan acts as itself. */
  accountOf({ serviceAccountName = '' }: Pick<Spec, 'serviceAccountName'>): string | undefined {
    return serviceAccountName !== '' ? serviceAccountName : this.#options.defaultServiceAccount;
  }

  /** Forgets where a Kustomization went. */
  drop(key: string): void {
    this.#local.cluster.interests.drop(key);
    this.#remotes.drop(key);
  }

  async #base({ kubeConfig }: Pick<Spec, 'kubeConfig'>, owner: TargetOwner): Promise<FoundTarget> {
    if (kubeConfig === undefined) {
      this.#remotes.drop(owner.key);
      return this.#local;
    }
    this.#local.cluster.interests.drop(owner.key);
    const ref = remoteRef(kubeConfig, owner.namespace);
    if (ref === undefined)
      return {
        problem: 'invalid .spec.kubeConfig, neither .spec.kubeConfig.provider nor .spec.kubeConfig.secretRef is set',
      };
    const found = await this.#remotes.find(owner.key, ref, owner.signal);
    if (!('cluster' in found)) return found;
    const known = this.#remote.get(found.cluster);
    // The signal is another one each time the cluster comes back.
    const target: ApplyTarget = {
      confirmations: known?.confirmations ?? new Confirmations(),
      heals: known?.heals ?? new HealBackoff(),
      cluster: found.cluster,
      admission: ASK_THE_SERVER,
      signal: found.reach.signal,
    };
    this.#remote.set(found.cluster, target);
    return target;
  }

  #as(base: ApplyTarget, user: string): ApplyTarget {
    const key = `${base.cluster.id} ${user}`;
    const kept = this.#acting.get(key);
    // A cluster that was closed and opened again is another one.
    const known = kept?.base === base.cluster ? kept.target : undefined;
    const target: ApplyTarget = {
      ...base,
      cluster: known?.cluster ?? actingCluster(base.cluster, user, this.#engine.clock),
      confirmations: known?.confirmations ?? new Confirmations(),
      admission: ASK_THE_SERVER,
    };
    this.#acting.delete(key);
    this.#acting.set(key, { base: base.cluster, target });
    if (this.#acting.size > MAX_TARGETS) {
      const [oldest] = this.#acting.keys();
      if (oldest !== undefined) this.#acting.delete(oldest);
    }
    return target;
  }
}

function remoteRef(
  { secretRef, configMapRef }: NonNullable<Spec['kubeConfig']>,
  namespace: string,
): RemoteRef | undefined {
  if (secretRef !== undefined) return { kind: 'secret', namespace, name: secretRef.name, key: secretRef.key };
  return configMapRef === undefined ? undefined : { kind: 'config-map', namespace, name: configMapRef.name };
}
