import { GitRepository, Kustomization, gitRepositoryResource, kustomizationResource } from '@capstan/api';
import { CapstanError, isCapstanError, messageOf } from '@capstan/errors';
import type { WorkResult } from '@capstan/kube';
import {
  canonicalJson,
  durationMilliseconds,
  formatDuration,
  refOf,
  sha256Hex,
  type KubernetesObject,
  type ObjectRef,
  type VersionedRef,
} from '@capstan/object';
import type { Cluster } from '../../runtime/cluster.ts';
import { Confirmations } from '../../runtime/confirmations.ts';
import type { Engine } from '../../runtime/engine.ts';
import { HealBackoff } from '../../runtime/heal-backoff.ts';
import type { Reconciler, Turn } from '../../runtime/reconciler.ts';
import { timestamp } from '../../runtime/time.ts';
import { refuseUnhonoured } from '../honoured.ts';
import {
  FLUX_FINALIZER,
  KUSTOMIZE_CONTROLLER,
  KUSTOMIZE_GROUP,
  KUSTOMIZE_STATUS_MANAGER,
  reason,
  REQUESTED_AT,
} from '../names.ts';
import { annotationOf, generationOf, isDeleting, viewOf } from '../resource-view.ts';
import type { SourceTrees } from '../source-trees.ts';
import { finalizersOf, writeFinalizer, writeStatus, type StatusWriter } from '../status-patch.ts';
import { hasChanges, judgeStage, writeStage, type StageContext } from './apply-stage.ts';
import { prepareObject, renderRequestOf, requireFolder, requireIdentity } from './build.ts';
import { dependenciesOf, unreadyDependency } from './dependencies.ts';
import { applied, checkingHealth, failed, health, progressing, recorded, stalled, type Draft } from './draft.ts';
import { changed, changeLog, type Entry } from './entries.ts';
import { finalizeKustomization } from './finalize.ts';
import { healthCheckRef, judgeHealth } from './health-gate.ts';
import { entryOf, refsOf, staleOf, unionOf } from './inventory.ts';
import type { Stage } from './order.ts';
import { planObjects, type PlannedObject } from './planned-object.ts';
import { ProgressBook, type Progress } from './progress.ts';
import { pruneObjects } from './prune.ts';
import { StepError } from './step-error.ts';
import type { Watchers } from './watchers.ts';

type Spec = NonNullable<Kustomization['spec']>;

const stages: readonly Stage[] = ['definitions', 'classes', 'resources'];
/** How long CRDs, Namespaces and classes may take to be established before the rest is applied. */
const STAGE_TIMEOUT_MS = 60_000;
/** What is not there yet wakes us when it appears; this is a second look, should an event be lost. */
const DEPENDENCY_RETRY_MS = 30_000;

/** The parts that all runs share. */
interface Shared {
  readonly engine: Engine;
  readonly cluster: Cluster;
  readonly trees: SourceTrees;
  readonly confirmations: Confirmations;
  readonly heals: HealBackoff;
  readonly progress: ProgressBook;
  readonly watchers: Watchers;
}

/** One run over one Kustomization. */
interface Run extends Shared {
  readonly turn: Turn;
  readonly writer: StatusWriter;
  readonly object: KubernetesObject;
  readonly spec: Spec;
  readonly draft: Draft;
  readonly own: Progress;
}

/** Reconciles Kustomizations: guards, then build, apply by stages, prune and health, each step's outcome in status. */
export function kustomizationReconciler(engine: Engine, trees: SourceTrees, watchers: Watchers): Reconciler {
  const cluster = engine.clusters.local;
  const shared: Shared = {
    engine,
    cluster,
    trees,
    confirmations: new Confirmations(),
    heals: new HealBackoff(),
    progress: new ProgressBook(),
    watchers,
  };
  return {
    name: KUSTOMIZE_CONTROLLER,
    kind: kustomizationResource,
    fingerprint: (object) =>
      canonicalJson({
        spec: object['spec'] ?? null,
        at: annotationOf(object, REQUESTED_AT) ?? null,
        gone: isDeleting(object),
        finalizers: [...finalizersOf(object)],
      }),
    reconcile: (turn) => reconcile(shared, turn),
  };
}

async function reconcile(shared: Shared, turn: Turn): Promise<WorkResult> {
  const { engine, cluster } = shared;
  const writer: StatusWriter = { client: cluster.client, manager: KUSTOMIZE_STATUS_MANAGER, signal: turn.signal };
  if (turn.object === undefined) {
    cluster.interests.drop(ownerKey(turn.ref));
    shared.watchers.drop(turn.ref);
    shared.progress.drop(turn.ref);
    return {};
  }
  if (isDeleting(turn.object)) return finalizeKustomization(shared, turn, turn.object, writer);
  const object = await writeFinalizer(writer, turn.object, FLUX_FINALIZER, true);
  if (object !== turn.object) cluster.live.wrote(turn.ref, object);
  const view = viewOf(Kustomization, object);
  if (view.spec === undefined)
    throw new CapstanError('SPEC_INVALID', `Kustomization ${turn.ref.namespace}/${turn.ref.name} has no spec`);
  const draft: Draft = {
    status: view.status ?? {},
    context: { now: timestamp(engine.clock.now()), generation: generationOf(object) },
  };
  const run: Run = { ...shared, turn, writer, object, spec: view.spec, draft, own: shared.progress.of(turn.ref) };
  if (view.spec.suspend === true) {
    await store(run, draft);
    return {};
  }
  return guarded(run);
}

/** The guards: what is honoured, the source, its artifact, the dependencies. */
async function guarded(run: Run): Promise<WorkResult> {
  const { spec, turn, engine } = run;
  try {
    refuseUnhonoured('Kustomization', run.object);
  } catch (error) {
    if (!isCapstanError(error, 'NOT_HONOURED')) throw error;
    await store(
      run,
      stalled(run.draft, { reason: reason.notHonoured, message: error.message }, run.draft.context.generation),
    );
    return {};
  }
  const sourceRef = {
    ...gitRepositoryResource,
    kind: spec.sourceRef.kind,
    namespace: spec.sourceRef.namespace ?? turn.ref.namespace,
    name: spec.sourceRef.name,
  };
  run.watchers.set(turn.ref, sourceRef, dependenciesOf(spec, turn.ref));
  if (spec.sourceRef.kind !== 'GitRepository') {
    const message = `spec.sourceRef.kind ${spec.sourceRef.kind} is not honoured by Capstan yet; nothing is changed until it is a GitRepository`;
    await store(run, stalled(run.draft, { reason: reason.notHonoured, message }, run.draft.context.generation));
    return {};
  }
  const source = await run.cluster.live.get(sourceRef, turn.signal);
  if (source === undefined) {
    const message = `gitrepositories.source.toolkit.fluxcd.io "${sourceRef.name}" not found`;
    await store(run, failed(run.draft, { reason: reason.artifactFailed, message }));
    return { requeueAfterMs: retryInterval(spec) };
  }
  const artifact = viewOf(GitRepository, source).status?.artifact;
  if (artifact === undefined) {
    await store(
      run,
      failed(run.draft, { reason: reason.artifactFailed, message: 'Source artifact not found, retrying in 30s' }),
    );
    return { requeueAfterMs: DEPENDENCY_RETRY_MS };
  }
  const waitingFor = await unreadyDependency(spec, turn.ref, artifact.revision, run.cluster.live, turn.signal);
  if (waitingFor !== undefined) {
    await store(run, failed(run.draft, { reason: reason.dependencyNotReady, message: waitingFor }));
    event(
      run,
      'Normal',
      reason.dependencyNotReady,
      'Dependencies do not meet ready condition, retrying in 30s',
      artifact.revision,
    );
    return { requeueAfterMs: DEPENDENCY_RETRY_MS };
  }
  const now = engine.clock.now();
  const purpose = `${run.draft.context.generation} ${artifact.revision} ${annotationOf(run.object, REQUESTED_AT) ?? ''}`;
  if (run.own.purpose !== purpose)
    Object.assign(run.own, { purpose, started: undefined, checking: undefined, drifted: false });
  run.own.started ??= now;
  return attempt(run, source, artifact.revision);
}

async function attempt(run: Run, source: KubernetesObject, revision: string): Promise<WorkResult> {
  try {
    return await steps(run, source, revision);
  } catch (error) {
    if (run.turn.signal.aborted) return {};
    const failure = failureOf(error);
    const current = await latest(run);
    const withHistory =
      run.own.digest === undefined ? current.draft : recorded(current.draft, historyOf(run, failure.reason, revision));
    await store(current, failed(withHistory, failure));
    event(current, 'Warning', failure.reason, failure.message, revision);
    Object.assign(run.own, { started: undefined, checking: undefined });
    return { requeueAfterMs: retryInterval(run.spec) };
  }
}

/** The steps: build, apply by stages, prune, health. Nothing is written, not even status, where nothing has changed. */
async function steps(run: Run, source: KubernetesObject, revision: string): Promise<WorkResult> {
  const { spec, turn, cluster } = run;
  const tree = await run.trees.artifactTree(source, turn.signal);
  const request = renderRequestOf(spec);
  await requireFolder(tree, request.path);
  const { manifests } = await run.engine.renderer.render({
    owner: ownerKey(turn.ref),
    tree,
    request,
    signal: turn.signal,
  });
  run.own.digest = `sha256:${sha256Hex(manifests.text)}`;
  for (const { object } of manifests.objects) requireIdentity(object);
  const objects = manifests.objects.map(({ object }) => prepareObject(object, turn.ref, spec.commonMetadata));
  const planned = await planObjects(cluster, objects, turn.signal);
  const before = refsOf(run.draft.status.inventory?.entries ?? []);
  const after = planned.map((item) => item.ref);
  const stale = staleOf(before, after);
  await cluster.interests.set(ownerKey(turn.ref), known(cluster, [...unionOf(before, after), ...healthRefs(spec)]));

  const context: StageContext = {
    cluster,
    confirmations: run.confirmations,
    signal: turn.signal,
    now: () => run.engine.clock.now(),
    force: spec.force === true,
    caller: ownerKey(turn.ref),
  };
  const judged = new Map(
    await Promise.all(stages.map(async (stage) => [stage, await judgeStage(of(planned, stage), context)] as const)),
  );
  const isDirty = [...judged.values()].some(hasChanges) || (spec.prune && stale.length > 0);
  if (!isDirty && isSettled(run, revision, after)) return rest(run, revision);

  const announced = isSettledFor(run, revision) && !isDirty ? run : await announce(run, revision, before, after);
  const entries: Entry[] = [];
  for (const stage of stages) {
    const items = of(planned, stage);
    const done = await writeStage(judged.get(stage) ?? [], context);
    entries.push(...done);
    if (changed(done).length > 0) run.own.drifted = true;
    if (stage === 'resources' || items.length === 0) continue;
    const gate = await judgeHealth(
      cluster,
      items.map((item) => item.ref),
      { now: new Date(context.now()), expired: hasExpired(run, STAGE_TIMEOUT_MS), signal: turn.signal },
    );
    if (gate.kind === 'waiting') {
      if (changed(entries).length > 0)
        event(announced, 'Normal', reason.progressing, changeLog(changed(entries)), revision);
      return { requeueAfterMs: STAGE_TIMEOUT_MS };
    }
    if (gate.kind === 'failed') throw new StepError(reason.reconciliationFailed, gate.message);
  }
  if (changed(entries).length > 0)
    event(announced, 'Normal', reason.progressing, changeLog(changed(entries)), revision);
  return prune(announced, { revision, after, stale, planned, entries });
}

interface Applied {
  readonly revision: string;
  readonly after: readonly VersionedRef[];
  readonly stale: readonly VersionedRef[];
  readonly planned: readonly PlannedObject[];
  readonly entries: readonly Entry[];
}

async function prune(run: Run, done: Applied): Promise<WorkResult> {
  const { turn, spec } = run;
  let inventory: readonly VersionedRef[] = done.after;
  if (spec.prune && done.stale.length > 0) {
    const outcome = await pruneObjects(run.cluster, done.stale, turn.ref, {
      signal: turn.signal,
      caller: ownerKey(turn.ref),
    });
    inventory = [...done.after, ...outcome.survivors];
    if (outcome.errors.length > 0) {
      await store(run, withInventory(run.draft, inventory));
      throw new StepError(
        reason.pruneFailed,
        `delete failed, errors: ${outcome.errors.map((error) => `${error};`).join('')}`,
      );
    }
    if (outcome.entries.length > 0) event(run, 'Normal', reason.progressing, changeLog(outcome.entries), done.revision);
  }
  return checkHealth({ ...run, draft: withInventory(run.draft, inventory) }, done);
}

async function checkHealth(run: Run, done: Applied): Promise<WorkResult> {
  const refs = healthTargets(run, done);
  if (refs.length === 0) return succeed({ ...run, draft: health(run.draft, { kind: 'none' }) }, done.revision);
  const now = run.engine.clock.now();
  run.own.checking ??= now;
  const timeout = timeoutOf(run.spec);
  const elapsed = now - run.own.checking;
  const gate = await judgeHealth(run.cluster, refs, {
    now: new Date(now),
    expired: elapsed >= Math.max(timeout, 30_000),
    signal: run.turn.signal,
  });
  switch (gate.kind) {
    case 'waiting': {
      const message = `Running health checks for revision ${done.revision} with a timeout of ${text(timeout)}`;
      await store(run, checkingHealth(run.draft, message));
      return { requeueAfterMs: Math.max(0, Math.max(timeout, 30_000) - elapsed) };
    }
    case 'failed':
      await store(run, health(run.draft, { kind: 'failed', message: gate.message }));
      throw new StepError(reason.healthCheckFailed, `health check failed after ${text(elapsed)}: ${gate.message}`);
    case 'passed': {
      const message = `Health check passed in ${text(elapsed)}`;
      const wasHealthy =
        run.draft.status.conditions?.some((entry) => entry.type === 'Healthy' && entry.status === 'True') === true;
      if (!wasHealthy || (run.own.drifted === true && run.draft.status.lastAppliedRevision !== done.revision))
        event(run, 'Normal', reason.progressing, message, done.revision);
      return succeed({ ...run, draft: health(run.draft, { kind: 'passed', message }) }, done.revision);
    }
  }
}

async function succeed(run: Run, revision: string): Promise<WorkResult> {
  const done = applied(run.draft, revision, run.draft.context.generation);
  await store(run, recorded(done, historyOf(run, reason.reconciliationSucceeded, revision)));
  const interval = durationMilliseconds(run.spec.interval);
  event(
    run,
    'Normal',
    reason.reconciliationSucceeded,
    `Reconciliation finished in ${text(run.engine.clock.now() - (run.own.started ?? 0))}, next run in ${text(interval)}`,
    revision,
  );
  Object.assign(run.own, {
    started: undefined,
    checking: undefined,
    drifted: false,
    due: run.engine.clock.now() + interval,
  });
  return { requeueAfterMs: interval };
}

/** At rest: nothing differs. When the interval has come round the reconcile is counted; else there is no write. */
async function rest(run: Run, revision: string): Promise<WorkResult> {
  const now = run.engine.clock.now();
  const interval = durationMilliseconds(run.spec.interval);
  run.own.due ??= now + interval;
  const asked = annotationOf(run.object, REQUESTED_AT);
  const isAsked = asked !== undefined && asked !== run.draft.status.lastHandledReconcileAt;
  if (now < run.own.due && !isAsked) {
    Object.assign(run.own, { started: undefined, checking: undefined });
    return { requeueAfterMs: run.own.due - now };
  }
  return succeed(run, revision);
}

/** The intent, with the union of both inventories: it is stored before the first write. */
async function announce(
  run: Run,
  revision: string,
  before: readonly VersionedRef[],
  after: readonly VersionedRef[],
): Promise<Run> {
  const message = `Detecting drift for revision ${revision} with a timeout of ${text(timeoutOf(run.spec))}`;
  const marked = progressing(run.draft, message);
  const draft = withInventory(
    { ...marked, status: { ...marked.status, lastAttemptedRevision: revision } },
    unionOf(before, after),
  );
  const object = await writeStatus(run.writer, run.object, draft.status);
  run.cluster.live.wrote(run.turn.ref, object);
  return { ...run, object, draft };
}

/** Whether status says that this very revision and generation are applied. */
function isSettledFor(run: Run, revision: string): boolean {
  const { status, context } = run.draft;
  const ready = status.conditions?.some((entry) => entry.type === 'Ready' && entry.status === 'True') === true;
  return (
    ready && status.lastAppliedRevision === revision && Number(status.observedGeneration ?? -1) === context.generation
  );
}

function isSettled(run: Run, revision: string, after: readonly VersionedRef[]): boolean {
  const inventory = refsOf(run.draft.status.inventory?.entries ?? []);
  const same = staleOf(inventory, after).length === 0 && staleOf(after, inventory).length === 0;
  return same && isSettledFor(run, revision);
}

function withInventory(draft: Draft, refs: readonly VersionedRef[]): Draft {
  return { ...draft, status: { ...draft.status, inventory: { entries: refs.map((ref) => ({ ...entryOf(ref) })) } } };
}

/** What health is checked of: everything applied with `wait`, else the checks by name; never itself. */
function healthTargets(run: Run, done: Applied): readonly VersionedRef[] {
  const skipped = new Set(done.entries.filter((entry) => entry.action === 'skipped').map((entry) => entry.ref));
  const refs =
    run.spec.wait === true
      ? done.planned.map((item) => item.ref).filter((ref) => !skipped.has(ref))
      : healthRefs(run.spec);
  const { namespace, name } = run.turn.ref;
  return refs.filter((ref) => !(ref.kind === 'Kustomization' && ref.namespace === namespace && ref.name === name));
}

function healthRefs(spec: Spec): readonly VersionedRef[] {
  return spec.wait === true ? [] : (spec.healthChecks ?? []).map(healthCheckRef);
}

/** Kinds that the cluster does not serve cannot be watched; they are looked at again when a CRD appears. */
function known(cluster: Cluster, refs: readonly VersionedRef[]): readonly ObjectRef[] {
  return refs.filter((ref) => cluster.client.discovery.knownPreferred(ref) !== undefined);
}

function of(planned: readonly PlannedObject[], stage: Stage): readonly PlannedObject[] {
  return planned.filter((item) => item.stage === stage);
}

function hasExpired(run: Run, timeout: number): boolean {
  return run.engine.clock.now() - (run.own.started ?? 0) >= timeout;
}

function historyOf(run: Run, status: string, revision: string) {
  const now = run.engine.clock.now();
  return {
    digest: run.own.digest ?? '',
    status,
    now: timestamp(now),
    duration: text(now - (run.own.started ?? now)),
    metadata: { revision },
  };
}

function failureOf(error: unknown): { readonly reason: string; readonly message: string } {
  if (error instanceof StepError) return { reason: error.reason, message: error.message };
  if (isCapstanError(error, 'RENDER_NOT_FOUND') && error.message.startsWith('kustomization path not found'))
    return { reason: reason.artifactFailed, message: error.message };
  if (isCapstanError(error) && /^(RENDER|YAML|POOL|TREE|PATCH)_/.test(error.code))
    return { reason: reason.buildFailed, message: `kustomize build failed: ${messageOf(error)}` };
  if (isCapstanError(error) && /^(GIT|ARTIFACT|SOURCE)_/.test(error.code))
    return { reason: reason.artifactFailed, message: messageOf(error) };
  return { reason: reason.reconciliationFailed, message: messageOf(error) };
}

async function latest(run: Run): Promise<Run> {
  const object = (await run.cluster.live.get(run.turn.ref, run.turn.signal)) ?? run.object;
  return { ...run, object, draft: { ...run.draft, status: viewOf(Kustomization, object).status ?? {} } };
}

async function store(run: Run, draft: Draft): Promise<void> {
  const asked = annotationOf(run.object, REQUESTED_AT);
  const status = asked === undefined ? draft.status : { ...draft.status, lastHandledReconcileAt: asked };
  const object = await writeStatus(run.writer, run.object, status);
  if (object !== run.object) run.cluster.live.wrote(run.turn.ref, object);
}

function event(run: Run, type: 'Normal' | 'Warning', why: string, message: string, revision: string): void {
  const { uid } = run.object.metadata;
  run.engine.events(KUSTOMIZE_CONTROLLER).record({
    regarding: { ...refOf(run.object), ...(typeof uid === 'string' ? { uid } : {}) },
    type,
    reason: why,
    message,
    annotations: { [`${KUSTOMIZE_GROUP}/revision`]: revision },
  });
}

/** The key under which interests and fairness know a Kustomization. */
export function ownerKey(ref: { readonly namespace: string; readonly name: string }): string {
  return `Kustomization/${ref.namespace}/${ref.name}`;
}

function retryInterval(spec: Spec): number {
  return durationMilliseconds(spec.retryInterval ?? spec.interval);
}

// Half a minute less than the interval, so that one reconcile ends before the next begins; 30 s at least.
function timeoutOf(spec: Spec): number {
  if (spec.timeout !== undefined) return durationMilliseconds(spec.timeout);
  return Math.max(durationMilliseconds(spec.interval) - 30_000, 30_000);
}

function text(milliseconds: number): string {
  return formatDuration(BigInt(Math.max(0, Math.round(milliseconds))) * 1_000_000n);
}
