import { CapstanError, isCapstanError, messageOf } from '@capstan/errors';
import { refKey, refOf, type KubernetesObject, type ObjectRef, type VersionedRef } from '@capstan/object';
import { compareApplication, type Comparison } from '../compare/comparison.ts';
import { targetsOf, type Targets } from '../compare/targets.ts';
import { refuseUnhonouredSettings } from '../settings/honoured-settings.ts';
import { isNamespaceStale, namespaceMetadata } from '../operation/managed-namespace.ts';
import { readState, type OperationState } from '../operation/state.ts';
import { failureOf, generate, isOfSource, type Wanted } from '../source/generate.ts';
import { localManifests } from '../source/local-manifests.ts';
import { SyncOptions } from '../sync-options.ts';
import type { DestinationCluster } from '../destination/destination-cluster.ts';
import { outsideScope } from '../destination/outside-scope.ts';
import { applicationOf, instanceName, isClaimedBy, TRACKING_INDEX } from '../tracking.ts';
import { claimantOf } from './claim.ts';
import { orphansOf } from './orphans.ts';
import { compareContext, type Evaluation, type EvaluationError, type Permit, type Run, type Standing } from './run.ts';

/** Why an object cannot be compared, though its kind is known: no retry mends it. */
const uncomparable = [
  'PATCH_INVALID',
  'SCHEMA_VIOLATION',
  'OBJECT_INVALID',
  'EXPRESSION_INVALID',
  'EXPRESSION_TOO_EXPENSIVE',
  'DIFF_FAILED',
] as const;
/** How long a first list of kinds is waited for. */
const WATCH_MS = 20_000;
/** For so long an object that we have deleted is taken to be on its way. */
const GOING_MS = 5_000;
const MAX_DELETED = 50_000;

/** Reads what Git wants at some revisions: the commits, their renders, and the objects as they belong into the cluster. */
export async function evaluate(run: Run, permit: Permit, wanted: Wanted): Promise<Evaluation> {
  const { sources } = wanted;
  const without = (error: EvaluationError): Evaluation => ({
    sources,
    revisions: sources.multiple ? [] : wanted.revisions,
    targets: undefined,
    sourceTypes: undefined,
    error,
  });
  const [problem] = run.shared.settings().problems;
  // Upstream calls such an Application Unknown without a word.
  if (problem !== undefined) return without({ message: `the settings cannot be read: ${problem}`, transient: false });
  const isLocal = (wanted.manifests ?? []).length > 0;
  const generation = isLocal ? localManifests(permit, wanted) : await generate(run, permit, wanted);
  if (generation.kind === 'failed') return without(generation.error);
  const generated = generation.sources;
  const objects = generated.flatMap((source) => source.objects);
  const settings = run.shared.settings();
  try {
    refuseUnhonouredSettings(
      settings,
      generated.map(({ sourceType }) => sourceType),
    );
    const targets = await targetsOf(
      permit.at.cluster,
      objects,
      {
        name: nameOf(run),
        namespace: permit.destination.namespace,
        server: permit.at.server,
        settings,
      },
      run.signal,
    );
    return {
      sources,
      revisions: generated.map(({ revision }) => revision),
      targets,
      sourceTypes: isLocal ? undefined : generated.map(({ sourceType }) => sourceType),
      error: undefined,
    };
  } catch (error) {
    if (run.signal.aborted || !isOfSource(error)) throw error;
    return without(failureOf(error, 0, generated.length).error);
  }
}

/** Compares an evaluation with the cluster, once everything that it speaks of is watched. */
async function compare(
  run: Run,
  permit: Permit,
  evaluation: Evaluation,
  last: OperationState | undefined,
): Promise<Comparison> {
  const { ref, spec } = run.application;
  await watch(run, permit.at, evaluation.targets);
  const { claims: book } = permit.at.cluster;
  const own = claimantOf(run);
  const input = {
    application: ref,
    dispute: (object: VersionedRef, live: KubernetesObject) =>
      book.dispute('argo', own, { ref: object, live }, run.signal),
    instance: nameOf(run),
    tracking: run.shared.settings().tracking,
    claims: await claims(run, permit.at),
    project: permit.project,
    destination: permit.destination,
    options: new SyncOptions(spec.syncPolicy?.syncOptions),
    namespaceMetadata: namespaceMetadata(spec),
    isNamespaceStale: isNamespaceStale(spec, last),
  };
  return compareApplication({ ...input, targets: evaluation.targets }, compareContext(run, permit));
}

/**
 * How an Application stands at an evaluation. Where an object cannot be compared nothing is said of any. `last` is its
 * operation where that has got further than the status says.
 */
export async function standingOf(
  run: Run,
  permit: Permit,
  evaluation: Evaluation,
  last?: OperationState,
): Promise<Standing> {
  const { operationState } = run.application.status;
  const known = last ?? (operationState === undefined ? undefined : readState(operationState));
  const withoutTargets = async (message: string): Promise<Standing> => {
    const failed: Evaluation = { ...evaluation, targets: undefined, error: { message, transient: false } };
    return standing(run, permit, failed, await compare(run, permit, failed, known));
  };
  const outside = outsideScope(permit.at, evaluation.targets);
  if (outside !== undefined) return withoutTargets(`Failed to load live state: ${outside}`);
  try {
    return await standing(run, permit, evaluation, await compare(run, permit, evaluation, known));
  } catch (error) {
    if (run.signal.aborted || !isCapstanError(error, ...uncomparable)) throw error;
    return withoutTargets(`Failed to compare desired state to live state: ${messageOf(error)}`);
  }
}

async function standing(run: Run, permit: Permit, evaluation: Evaluation, comparison: Comparison): Promise<Standing> {
  return { evaluation, comparison, orphans: await orphansOf(run, permit, comparison) };
}

/** The name by which an Application's objects know it. */
function nameOf({ shared, application }: Run): string {
  return instanceName(application.ref, shared.namespace);
}

/** Tells whether a live object says that it is this Application's. */
export function claimedBy(run: Run): (live: KubernetesObject) => boolean {
  const { tracking } = run.shared.settings();
  return (live) => isClaimedBy(live, nameOf(run), tracking);
}

/** The live objects that bear this Application's marks. */
export async function claims(run: Run, { cluster, deleted }: DestinationCluster): Promise<readonly KubernetesObject[]> {
  const { shared } = run;
  const { cache, live } = cluster;
  const { tracking } = shared.settings();
  const name = nameOf(run);
  const now = shared.engine.clock.monotonic();
  const found = new Map<string, KubernetesObject>();
  for (const entry of cache.byIndex(TRACKING_INDEX, name)) {
    const since = deleted.get(entry.uid);
    if (since !== undefined && now - since < GOING_MS) continue;
    const object = await live.get(entry.ref, run.signal);
    // The index is of every installation that the cluster has.
    if (object !== undefined && applicationOf(object, tracking) === name) found.set(refKey(refOf(object)), object);
  }
  return [...found.values()];
}

/** Remembers that an object has been deleted on this Application's behalf. */
export function noteDeleted(run: Run, { deleted }: DestinationCluster, object: KubernetesObject): void {
  const { uid } = object.metadata;
  const { engine } = run.shared;
  if (typeof uid === 'string') deleted.set(uid, engine.clock.monotonic());
  if (deleted.size <= MAX_DELETED) return;
  const [oldest] = deleted.keys();
  if (oldest !== undefined) deleted.delete(oldest);
}

/** Watches the kinds of everything that the Application wants, has, or had. */
export async function watch(run: Run, { cluster }: DestinationCluster, targets: Targets | undefined): Promise<void> {
  const { application, owner } = run;
  const { discovery } = cluster.client;
  const { resources = [], hooks = [], deleteHooks = [] } = targets ?? {};
  const wanted = [...resources, ...hooks, ...deleteHooks].map((target) => target.ref);
  const listed = (application.status.resources ?? []).map((entry) => ({
    group: entry.group ?? '',
    kind: entry.kind ?? '',
    namespace: entry.namespace ?? '',
    name: entry.name ?? '',
  }));
  const own: ObjectRef[] = [...wanted, ...listed];
  // Who else claims an object may let it go.
  const refs = [...own, ...cluster.claims.others('argo', own)];
  await discovery.resources({ signal: run.signal });
  const watched = cluster.interests.set(
    owner,
    refs.filter((ref) => discovery.knownPreferred(ref)?.verbs.includes('watch') === true),
  );
  await within(run, WATCH_MS, watched, 'the kinds of its objects are not listed yet');
}

/** Waits for something that a broken cluster may never bring: then the turn ends, and its worker is free. */
async function within(run: Run, milliseconds: number, wanted: Promise<void>, what: string): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const cancel = run.shared.engine.clock.after(milliseconds, () =>
    reject(new CapstanError('KUBE_TIMEOUT', `${run.owner}: ${what}`)),
  );
  try {
    await Promise.race([wanted, promise]);
  } finally {
    cancel();
  }
}
