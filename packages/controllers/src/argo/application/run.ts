import type { WaitAside } from '@capstan/kube';
import type { JsonObject, KubernetesObject, ObjectRef, VersionedRef } from '@capstan/object';
import type { Cluster } from '../../runtime/cluster.ts';
import type { Engine } from '../../runtime/engine.ts';
import { ownerKey, readApplication, type ApplicationView } from '../application.ts';
import type { CompareContext } from '../compare/compare-object.ts';
import type { CompareRuleBook } from '../compare/compare-rules.ts';
import type { Comparison } from '../compare/comparison.ts';
import type { Targets } from '../compare/targets.ts';
import type { DestinationCluster } from '../destination/destination-cluster.ts';
import type { Destinations } from '../destination/destinations.ts';
import type { ProjectDestination, ProjectSpec } from '../project/project-spec.ts';
import type { HealthJudge } from '../health/judge.ts';
import type { Projects } from '../project/projects.ts';
import type { HeldOutcomes } from './held-outcomes.ts';
import type { SyncRights } from './sync-rights.ts';
import type { ArgoSettings } from '../settings/argo-settings.ts';
import type { RepositorySecrets } from '../source/repository-secrets.ts';
import type { SourceIntegrity } from '../source/source-integrity.ts';
import type { Revisions } from '../source/revisions.ts';
import type { SourceSet } from '../source/source-set.ts';
import type { ApplicationWriter } from '../status-writer.ts';

/** What all Applications share. */
export interface Shared {
  readonly engine: Engine;
  /** The cluster that Applications, projects and settings live in. */
  readonly home: Cluster;
  /** The clusters that Applications go to. */
  readonly destinations: Destinations;
  /** The settings as they are now; they may change at any time. */
  readonly settings: () => ArgoSettings;
  readonly compareRules: CompareRuleBook;
  readonly health: HealthJudge;
  readonly namespace: string;
  /** How often target revisions are looked at, and how much is added at random at most; an interval of 0 is never. */
  readonly poll: () => ArgoSettings['poll'];
  readonly random: () => number;
  readonly secrets: RepositorySecrets;
  readonly revisions: Revisions;
  readonly integrity: SourceIntegrity;
  readonly projects: Projects;
  readonly writer: ApplicationWriter;
  readonly held: HeldOutcomes;
  /** When each Application's target revision is looked at next, on the monotonic clock. */
  readonly due: Map<string, number>;
}

/** One turn over one Application. */
export interface Run {
  readonly shared: Shared;
  readonly application: ApplicationView;
  readonly signal: AbortSignal;
  /** Waits for a server of others, which may never answer, without holding a worker or a place in a lane. */
  readonly aside: WaitAside;
  readonly owner: string;
  /** Now, as status writes it. */
  readonly now: string;
  /** Whether a refresh was asked for when the turn began. One that is asked for meanwhile is the next turn's. */
  readonly asked: boolean;
}

/** What may be done, and where. */
export interface Permit {
  readonly project: ProjectSpec;
  readonly projectName: string;
  readonly destination: ProjectDestination;
  /** The cluster that it goes to. */
  readonly at: DestinationCluster;
  /** As whom its syncs write there. */
  readonly rights: SyncRights;
}

/** What Git wants at a revision, or why that cannot be said. */
export interface Evaluation {
  readonly sources: SourceSet;
  /**
   * The commit of each source. Where one cannot be read: what was asked of a single source, nothing of several, as Argo CD
   * has it.
   */
  readonly revisions: readonly string[];
  readonly targets: Targets | undefined;
  /** What each source turned out to be; a source that only lends its files is nothing. */
  readonly sourceTypes: readonly string[] | undefined;
  readonly error: EvaluationError | undefined;
}

/** Why Git could not be read. */
export interface EvaluationError {
  readonly message: string;
  /** Whether trying again may help without anybody doing anything. */
  readonly transient: boolean;
}

/** Whether an evaluation is of manifests that an operation brought along: they come from no source. */
export function isOfOperation({ targets, sourceTypes }: Evaluation): boolean {
  return targets !== undefined && sourceTypes === undefined;
}

/** What is known of an Application at one moment. */
export interface Standing {
  readonly evaluation: Evaluation;
  readonly comparison: Comparison;
  /** What in its namespace belongs to nobody, where its project asks for that; undefined while it is not known. */
  readonly orphans: readonly ObjectRef[] | undefined;
}

/** A run over a newer state of the same Application. */
export function withObject(run: Run, object: KubernetesObject): Run {
  return object === run.application.object ? run : { ...run, application: readApplication(object) };
}

/** Options of a write on behalf of an Application. */
export function writeOptions(run: Run, also?: JsonObject) {
  return { signal: run.signal, caller: run.owner, ...(also === undefined ? {} : { also }) };
}

/** What comparing objects of a destination needs. Dry-runs are made as whoever syncs; where nobody may sync there are none. */
export function compareContext(run: Run, { at, rights }: Pick<Permit, 'at' | 'rights'>): CompareContext {
  return {
    ...(rights.kind === 'granted' ? { cluster: rights.cluster } : { cluster: at.cluster, noRights: rights.message }),
    forms: at.forms,
    memo: at.memo,
    confirmations: at.confirmations,
    rules: () => run.shared.compareRules.of(run.application, run.shared.settings()),
    judge: run.shared.health.judge,
    signal: run.signal,
    now: () => run.shared.engine.clock.now(),
    caller: run.owner,
  };
}

/** The key of an Application in queues and books. */
export function bookKey(ref: Pick<VersionedRef, 'namespace' | 'name'>): string {
  return ownerKey(ref);
}
