import { applicationResource, appProjectResource } from '@capstan/api';
import type { CacheChange } from '@capstan/kube';
import type { JsonValue, ObjectRef } from '@capstan/object';
import { startController, type Controller, type QueueFactory } from '../runtime/controller.ts';
import type { Engine } from '../runtime/engine.ts';
import type { FollowedObjects } from '../runtime/followed-objects.ts';
import { wakeChangedFirst } from '../runtime/wake-changed-first.ts';
import { caresAbove } from './application/child-images.ts';
import { applicationClaims } from './application/claim.ts';
import { applicationReconciler } from './application/reconciler.ts';
import { HeldOutcomes, type HoldPolicy } from './application/held-outcomes.ts';
import { isServedNamespace } from './application/application-project.ts';
import type { Shared } from './application/run.ts';
import { ownerKey } from './application.ts';
import { CompareRuleBook } from './compare/compare-rules.ts';
import { ruleLanguages } from './compare/rule-languages.ts';
import { HealthJudge } from './health/judge.ts';
import type { DestinationCluster } from './destination/destination-cluster.ts';
import { Destinations } from './destination/destinations.ts';
import { CONTROL_NAMESPACE } from './names.ts';
import { Projects } from './project/projects.ts';
import { startProjects } from './project/start-projects.ts';
import type { ArgoSettings } from './settings/argo-settings.ts';
import { SettingsStore } from './settings/settings-store.ts';
import { changesSince, followedIn, type Following } from './source/is-changed.ts';
import { RepositorySecrets } from './source/repository-secrets.ts';
import { SignatureKeys } from './source/signature-keys.ts';
import { SourceIntegrity } from './source/source-integrity.ts';
import { repositoryKey, Revisions } from './source/revisions.ts';
import { ApplicationWriter } from './status-writer.ts';
import { applicationOf, indexedLabel, trackingIndex, TRACKING_INDEX, fromInstanceName } from './tracking.ts';

const DEFAULT_WORKERS = 16;

/** How Argo CD's controller is run. */
export interface ArgoOptions {
  /** Where Applications, AppProjects and repository Secrets live; `argocd` when absent. */
  readonly namespace?: string;
  /** How often target revisions are looked at, in milliseconds, whatever the settings say. Half as much is added at random. */
  readonly pollMs?: number;
  /** 0 ≤ x < 1, for that. */
  readonly random?: () => number;
  /** Turns that the queue runs at a time, of which no cluster gets all; 16 when absent. */
  readonly workers?: number;
  /** When the end of an operation is told together with what follows; where 16 wait, for 3 s, when absent. */
  readonly hold?: HoldPolicy;
  /** Whether cluster Secrets may name programs that give credentials; they may not when absent. */
  readonly allowClusterExec?: boolean;
}

/** Argo CD's controller, running. */
export interface ArgoControllers {
  readonly applications: Controller;
  /** What is followed by watches of its own: settings and Secrets. */
  readonly followed: readonly FollowedObjects[];
  /** Somebody has pushed to a repository: its Applications look at it at once. Returns how many those are. */
  refresh(repoUrl: string): number;
  close(): Promise<void>;
}

/**
 * Starts Argo CD's controller on the local cluster. The cluster's cache needs `argoIndexes`. Applications are woken by
 * their own changes, by changes of what they apply and of their projects, by pushes, and when it is time to look.
 */
export function startArgo(engine: Engine, makeQueue: QueueFactory, options: ArgoOptions = {}): ArgoControllers {
  const cluster = engine.clusters.local;
  const { cache } = cluster;
  const namespace = options.namespace ?? CONTROL_NAMESPACE;
  const random = options.random ?? Math.random;
  const destinations = new Destinations({
    engine,
    home: cluster,
    namespace,
    random,
    trust: { exec: options.allowClusterExec ?? false },
    settings: () => settings.current(),
    workers: options.workers ?? DEFAULT_WORKERS,
    wake: (owner) => wakeOwner(owner),
    onDeclared: () => wakeAll(),
    onOpened: (at) => {
      if (indexed !== undefined) at.cluster.cache.reindex(TRACKING_INDEX, trackingIndex(indexed));
      return at.cluster.cache.subscribe((change) => wakeApplicationsOf(at, change));
    },
  });
  const settings = new SettingsStore(engine, cluster, { namespace, random }, () => {
    reindex();
    wakeAll();
  });
  let indexed: string | undefined;
  const reindex = (): void => {
    const label = indexedLabel(settings.current().tracking);
    if (label === indexed) return;
    indexed = label;
    for (const at of destinations.opened()) at.cluster.cache.reindex(TRACKING_INDEX, trackingIndex(label));
  };
  // A repository of a project's own may let in what was refused.
  const secrets = new RepositorySecrets(engine, cluster, { namespace, random }, () => wakeAll());
  const keyring = new SignatureKeys(engine, cluster, { namespace, random }, () => wakeAll());
  const shared: Shared = {
    engine,
    home: cluster,
    destinations,
    settings: () => settings.current(),
    compareRules: new CompareRuleBook(ruleLanguages),
    health: new HealthJudge(
      () => settings.current().customizations,
      () => engine.clock.now(),
    ),
    namespace,
    poll: () => pollOf(options.pollMs, settings.current()),
    random,
    secrets,
    integrity: new SourceIntegrity(engine, keyring),
    revisions: new Revisions(engine.git, engine.clock, (url) => wakeReaders(url)),
    projects: new Projects(cluster, namespace, {
      globals: () => settings.current().globalProjects,
      scopeOf: async (project) => ({
        repositories: await secrets.ofProject(project),
        clusters: destinations.list().filter((at) => at.project !== '' && at.project === project),
      }),
    }),
    writer: new ApplicationWriter(cluster),
    held: new HeldOutcomes(engine.clock, () => applications.queue.metrics().depth, options.hold),
    due: new Map(),
  };
  const projects = cache.hold(appProjectResource);
  const ready = Promise.all([projects.synced, settings.ready.then(reindex), destinations.ready]).then(() => undefined);
  const byRepository = new Map<string, Map<string, Following>>();
  const applications = startController(engine, () => applicationReconciler(shared, ready), makeQueue);
  const projectController = startProjects(shared, ready, makeQueue);
  const wakeAll = (): void => {
    for (const { ref } of cache.list(applicationResource)) applications.wake(ref);
  };
  const wakeReaders = (repoUrl: string): number => {
    const followers = byRepository.get(repositoryKey(repoUrl)) ?? new Map<string, Following>();
    const isChanged = changesSince(shared);
    const refs = [...followers.keys()]
      .map(refOfOwner)
      .filter((ref) => ref !== undefined)
      .filter((ref) => isServedNamespace(shared, ref.namespace));
    void wakeChangedFirst(
      engine.clock,
      refs,
      async (ref) => {
        const followed = followers.get(ownerKey(ref));
        return followed === undefined || isChanged(ownerKey(ref), followed);
      },
      applications,
    );
    return refs.length;
  };
  const wakeOwner = (owner: string): void => {
    const application = refOfOwner(owner);
    if (application !== undefined) applications.wake(application);
  };
  const wakeOwnerOf = (owner: string): void => {
    const application = refOfOwner(owner);
    if (application !== undefined) applications.wakeForObject(application);
  };
  /** An object of a cluster has changed: whose it is, or was to be, looks at it. */
  const wakeApplicationsOf = (at: DestinationCluster, { type, entry, object, initial }: CacheChange): void => {
    for (const owner of at.cluster.interests.ownersOf(entry.ref)) wakeOwnerOf(owner);
    // Pods come and go below what an Application has made, and with them the images that it runs.
    if (type !== 'changed' && !initial && entry.ref.kind === 'Pod' && entry.ref.group === '')
      for (const owner of caresAbove(entry, at.cluster)) wakeOwnerOf(owner);
    if (type !== 'changed' && !initial)
      for (const owner of at.orphans.ownersIn(entry.ref.namespace)) wakeOwnerOf(owner);
    const tracked = object === undefined || initial ? undefined : applicationOf(object, settings.current().tracking);
    if (tracked === undefined) return;
    const application = refOfOwner(ownerKey(fromInstanceName(tracked, namespace)));
    if (application !== undefined && cache.entry(application) !== undefined) applications.wakeForObject(application);
  };
  const unclaim = cluster.claims.add(
    'argo',
    applicationClaims(shared, refOfOwner, (ref) => {
      if (ref.kind === applicationResource.kind) applications.wake(ref);
    }),
  );
  const unsubscribe = cache.subscribe((change) => {
    const { ref } = change.entry;
    if (ref.group === appProjectResource.group && ref.kind === appProjectResource.kind) {
      if (ref.namespace === namespace && !change.initial) wakeAll();
      return;
    }
    if (ref.group === applicationResource.group && ref.kind === applicationResource.kind) {
      noteRepository(byRepository, ownerKey(ref), change.type === 'deleted' ? undefined : change.object?.['spec']);
      projectController.applicationChanged();
    }
    wakeApplicationsOf(destinations.local, change);
  });
  // Where somebody else watches Applications already, these have been told before we listened.
  for (const { ref } of cache.list(applicationResource))
    noteRepository(byRepository, ownerKey(ref), cache.peek(ref)?.['spec']);
  return {
    applications,
    followed: [settings, secrets, keyring, destinations].flatMap((each) => each.followed()),
    refresh: (repoUrl) => {
      shared.revisions.forget(repoUrl);
      return wakeReaders(repoUrl);
    },
    close: async () => {
      unsubscribe();
      unclaim();
      projects.release();
      shared.revisions.close();
      await Promise.all([applications.close(), projectController.close()]);
      await Promise.all([settings.close(), secrets.close(), keyring.close(), destinations.close()]);
    },
  };
}

function pollOf(asked: number | undefined, { poll }: ArgoSettings): ArgoSettings['poll'] {
  return asked === undefined ? poll : { intervalMs: asked, jitterMs: asked / 2 };
}

/** Keeps which Applications read which repository. */
function noteRepository(books: Map<string, Map<string, Following>>, owner: string, spec: JsonValue | undefined): void {
  for (const owners of books.values()) owners.delete(owner);
  for (const [key, followed] of followedIn(spec)) {
    const owners = books.get(key) ?? new Map<string, Following>();
    owners.set(owner, followed);
    books.set(key, owners);
  }
}

// Owners of interests are written by `ownerKey`; those of other dialects begin otherwise.
function refOfOwner(owner: string): ObjectRef | undefined {
  const [kind, namespace, name] = owner.split('/');
  if (kind !== 'Application' || namespace === undefined || name === undefined) return undefined;
  return { group: applicationResource.group, kind, namespace, name };
}
