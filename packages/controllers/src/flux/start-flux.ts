import { gitRepositoryResource, kustomizationResource } from '@capstan/api';
import { CloudTokens, systemCloudPorts, type CloudPorts } from '@capstan/cloud';
import { messageOf } from '@capstan/errors';
import {
  canonicalJson,
  getPath,
  refKey,
  type GroupKind,
  type KubernetesObject,
  type ObjectRef,
  type VersionedRef,
} from '@capstan/object';
import type { FileTree } from '@capstan/tree';
import { startController, type Controller, type QueueFactory } from '../runtime/controller.ts';
import type { Cluster } from '../runtime/cluster.ts';
import type { Engine } from '../runtime/engine.ts';
import type { Reconciler } from '../runtime/reconciler.ts';
import { wakeChangedFirst } from '../runtime/wake-changed-first.ts';
import { gitRepositoryReconciler } from './git-repository/reconciler.ts';
import { Admission } from './kustomization/admission.ts';
import { kustomizationClaims } from './kustomization/claim.ts';
import { ownerKey } from './kustomization/run.ts';
import { kustomizationReconciler } from './kustomization/reconciler.ts';
import { ApplyTargets } from './kustomization/target.ts';
import { Watchers } from './kustomization/watchers.ts';
import { GitRequests } from './git-request.ts';
import { Identities } from './identities.ts';
import { RemoteClusters } from './remote-clusters.ts';
import { SourceNews } from './source-news.ts';
import { SourceTrees } from './source-trees.ts';
import { defaultFluxOptions, type FluxOptions } from './options.ts';
import { WatchedConfigs } from './watched-configs.ts';
import { watchSelector, type WatchSelector } from './watch-selector.ts';

/** Flux's controllers, running. */
export interface FluxControllers {
  readonly gitRepositories: Controller;
  readonly kustomizations: Controller;
  /**
   * Somebody has pushed to the repositories whose URLs are `wanted`: their sources look at them at once, and after that
   * all that they feed. Returns how many resources those are.
   */
  refresh(wanted: (url: string) => boolean): number;
  close(): Promise<void>;
}

/** Starts Flux's controllers on the local cluster, and wakes Kustomizations by what they wait for and what they own. */
export function startFlux(
  engine: Engine,
  makeQueue: QueueFactory,
  options: FluxOptions = defaultFluxOptions,
  cloud: CloudPorts = systemCloudPorts(),
): FluxControllers {
  const { cache, claims, live } = engine.clusters.local;
  const identities = new Identities(engine.clusters.local, options, new CloudTokens(cloud));
  const requests = new GitRequests(engine, identities, options);
  const trees = new SourceTrees({ engine, requests });
  const watchers = new Watchers();
  const sources = new SourceNews();
  const stop = new AbortController();
  const admission = new Admission(cache);
  const includers = new Watchers();
  const watches = watchSelector(options.watchLabelSelector);
  const gitRepositories = startController(
    engine,
    () => watched(gitRepositoryReconciler(engine, { trees, requests, includers }), watches),
    makeQueue,
  );
  const configs = new WatchedConfigs(engine, options.watchedConfigs);
  const remotes = new RemoteClusters({
    engine,
    descriptions: {
      cluster: engine.clusters.local,
      identities,
      defaultServiceAccount: options.defaultKubeconfigServiceAccount,
    },
    trust: { files: false, exec: options.insecureKubeconfig.exec, insecureTls: options.insecureKubeconfig.tls },
    wake: (owner) => wakeOwner(owner),
    onOpened: (cluster) => cluster.cache.subscribe(({ entry }) => wakeOwners(cluster, entry.ref)),
  });
  const targets = new ApplyTargets(engine, options, remotes, admission);
  const parts = { watchers, targets, options, configs, identities };
  const kustomizations = startController(
    engine,
    () => watched(kustomizationReconciler(engine, trees, parts), watches),
    makeQueue,
  );
  const unclaim = claims.add(
    'flux',
    kustomizationClaims(refOfOwner, (ref) => {
      if (ref.kind === kustomizationResource.kind) kustomizations.wake(ref);
    }),
  );
  configs.onChange((ref) => {
    for (const reader of watchers.waitingFor(ref)) kustomizations.wake(reader);
  });
  const wakeOwner = (owner: string): void => {
    const ref = refOfOwner(owner);
    if (ref !== undefined) kustomizations.wake(ref);
  };
  const wakeOwners = ({ interests }: Cluster, ref: ObjectRef): void => {
    for (const owner of interests.ownersOf(ref)) {
      const own = refOfOwner(owner);
      if (own !== undefined) kustomizations.wakeForObject(own);
    }
  };
  const unsubscribe = cache.subscribe(({ entry, object }) => {
    wakeOwners(engine.clusters.local, entry.ref);
    if (entry.ref.group === kustomizationResource.group && entry.ref.kind === kustomizationResource.kind)
      for (const ref of watchers.waitingFor(entry.ref)) kustomizations.wake(ref);
    if (entry.ref.group !== gitRepositoryResource.group || entry.ref.kind !== gitRepositoryResource.kind) return;
    if (!sources.hasNews(entry.ref, object)) return;
    // Who includes it waits for its artifact: without one there is nothing to look at.
    if (object === undefined || getPath(object['status'], 'artifact') !== undefined)
      for (const ref of includers.waitingFor(entry.ref)) gitRepositories.wake(ref);
    let tree: Promise<FileTree> | undefined;
    const isChanged = async (ref: ObjectRef): Promise<boolean> => {
      if (object === undefined) return true;
      tree ??= trees.artifactTree(object, stop.signal);
      return !(await engine.renderer.isAsBefore(ownerKey(ref), await tree));
    };
    void wakeChangedFirst(engine.clock, watchers.waitingFor(entry.ref), isChanged, kustomizations);
  });
  const { discovery } = engine.clusters.local.client;
  const forget = discovery.subscribe(() => {
    const isServed = (kind: GroupKind): boolean => discovery.knownPreferred(kind) !== undefined;
    for (const ref of watchers.servedNow(isServed)) kustomizations.wake(ref);
  });
  /** Those that a source feeds are woken by its news; where there was none to tell of they are asked all the same. */
  const askFed = async (source: VersionedRef): Promise<void> => {
    const before = artifactOf(cache.peek(source));
    gitRepositories.wake(source);
    await gitRepositories.settled(source);
    if (stop.signal.aborted || artifactOf(await live.get(source, stop.signal)) !== before) return;
    for (const ref of watchers.waitingFor(source)) kustomizations.wake(ref);
  };
  const refresh = (wanted: (url: string) => boolean): number => {
    const found = cache.list(gitRepositoryResource).filter(({ ref }) => {
      const url = getPath(cache.peek(ref), 'spec', 'url');
      return typeof url === 'string' && wanted(url);
    });
    let count = found.length;
    for (const { ref } of found) {
      count += [...watchers.waitingFor(ref)].length;
      askFed(ref).catch((error: unknown) => {
        if (!stop.signal.aborted)
          engine.log.warn({ source: refKey(ref), error: messageOf(error) }, 'a source could not be read');
      });
    }
    return count;
  };
  return {
    gitRepositories,
    kustomizations,
    refresh,
    close: async () => {
      unsubscribe();
      unclaim();
      forget();
      stop.abort();
      admission.close();
      await Promise.all([gitRepositories.close(), kustomizations.close(), configs.close()]);
      await remotes.close();
    },
  };
}

/** A reconciler that does nothing about what is not to be looked after. */
function watched(reconciler: Reconciler, watches: WatchSelector): Reconciler {
  return {
    ...reconciler,
    fingerprint: (object) => `${watches(object)} ${reconciler.fingerprint(object)}`,
    reconcile: (turn) =>
      turn.object === undefined || watches(turn.object) ? reconciler.reconcile(turn) : Promise.resolve({}),
  };
}

/** The artifact of a source, as one text to compare. */
function artifactOf(object: KubernetesObject | undefined): string {
  return canonicalJson(getPath(object?.['status'], 'artifact') ?? null);
}

// Owners of interests are written by `ownerKey`; those of other dialects begin otherwise.
function refOfOwner(owner: string): ObjectRef | undefined {
  const [kind, namespace, name] = owner.split('/');
  if (kind !== 'Kustomization' || namespace === undefined || name === undefined) return undefined;
  return { group: kustomizationResource.group, kind, namespace, name };
}
