import { Kustomization, kustomizationResource } from '@capstan/api';
import { CapstanError, isCapstanError, messageOf } from '@capstan/errors';
import type { WorkResult } from '@capstan/kube';
import { canonicalJson, refOf } from '@capstan/object';
import type { FileTree } from '@capstan/tree';
import type { Engine } from '../../runtime/engine.ts';
import type { Reconciler, Turn } from '../../runtime/reconciler.ts';
import { timestamp } from '../../runtime/time.ts';
import { FLUX_FINALIZER, KUSTOMIZE_CONTROLLER, KUSTOMIZE_STATUS_MANAGER, reason, REQUESTED_AT } from '../names.ts';
import { annotationOf, generationOf, isDeleting, viewOf } from '../resource-view.ts';
import type { SourceTrees } from '../source-trees.ts';
import { finalizersOf, writeFinalizer, type StatusWriter } from '../status-patch.ts';
import { applyStages, stageContext, tellWritten } from './apply-step.ts';
import { build, fetchTree, isSameBuild } from './build-step.ts';
import { checkHealth } from './check-health.ts';
import { failed, isSettled, settledByReady } from './draft.ts';
import { finalizeKustomization } from './finalize.ts';
import { foldOutcome, foldSuccess, type Standing } from './fold-outcome.ts';
import { checkDependencies, checkHonoured, checkSpec, findSource } from './guards.ts';
import { heal } from './heal-step.ts';
import { configRefs } from './inputs.ts';
import { isWrite, judgeStage, sharesOf, type Judged } from './judge.ts';
import { failure, type Outcome, type SourceAt } from './outcome.ts';
import { makePlan, type Plan } from './plan.ts';
import { begin, ProgressBook } from './progress.ts';
import { prune } from './prune-step.ts';
import { isDue, ownerKey, storeStatus, tell, type Run, type Shared } from './run.ts';
import { checkShares, noteShares } from './shared-objects.ts';

/** Health that comes within so long of the intent is not waited for in status: most does, and a write less is made. */
const SOON_MS = 10_000;
/** What is found out about a cluster wakes who waits for it; this is a second look, should that be lost. */
const TARGET_LOOK_MS = 30_000;

/** Reconciles Kustomizations: guards, then build, apply by stages, prune and health, each step's outcome in status. */
export function kustomizationReconciler(
  engine: Engine,
  trees: SourceTrees,
  parts: Pick<Shared, 'watchers' | 'targets' | 'options' | 'configs' | 'identities'>,
): Reconciler {
  const shared: Shared = {
    engine,
    cluster: engine.clusters.local,
    trees,
    progress: new ProgressBook(),
    ...parts,
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
    shared.targets.drop(ownerKey(turn.ref));
    shared.watchers.drop(turn.ref);
    shared.progress.drop(turn.ref);
    return {};
  }
  if (isDeleting(turn.object)) return finalizeKustomization(shared, turn, turn.object, writer);
  const object = await writeFinalizer(writer, turn.object, FLUX_FINALIZER, true);
  if (object !== turn.object) cluster.live.wrote(turn.ref, object);
  const { spec, status } = viewOf(Kustomization, object);
  if (spec === undefined)
    throw new CapstanError('SPEC_INVALID', `Kustomization ${turn.ref.namespace}/${turn.ref.name} has no spec`);
  const context = { now: timestamp(engine.clock.now()), generation: generationOf(object) };
  const draft = { status: status ?? {}, context };
  const run: Run = {
    ...shared,
    turn,
    writer,
    object,
    spec,
    draft,
    own: shared.progress.of(turn.ref),
    target: shared.targets.local,
  };
  if (spec.suspend === true) {
    await storeStatus(run, settledByReady(draft));
    return {};
  }
  return guarded(run);
}

/** The guards: what is honoured, the source, its artifact, the dependencies. */
async function guarded(run: Run): Promise<WorkResult> {
  const standing: Standing = { phase: 'guarding' };
  const honoured = checkHonoured(run);
  if (honoured.kind !== 'done') return foldOutcome(run, honoured, standing);
  const spec = checkSpec(run);
  if (spec.kind !== 'done') return foldOutcome(run, spec, standing);
  const source = await findSource(run);
  if (source.kind !== 'done') return foldOutcome(run, source, standing);
  const dependencies = await checkDependencies(run, source.value);
  if (dependencies.kind !== 'done') return foldOutcome(run, dependencies, standing);

  const now = run.engine.clock.now();
  const asked = annotationOf(run.object, REQUESTED_AT) ?? '';
  const configs = run.configs.stampOf(configRefs(run.spec, run.turn.ref));
  const purpose = `${run.draft.context.generation} ${source.value.revision} ${asked} ${configs}`;
  if (run.own.checking !== undefined && run.own.purpose !== purpose) await tellCanceled(run, source.value);
  begin(run.own, purpose, now);
  const before = run.own.failure;
  if (before !== undefined && now < before.retryAt && !before.mends) return { requeueAfterMs: before.retryAt - now };
  return attempt(run, source.value);
}

/** A health check under way ends at once when there is something newer; as upstream's gate has it, that is told. */
async function tellCanceled(run: Run, { object, revision }: SourceAt): Promise<void> {
  if (!run.options.tellsCanceledChecks) return;
  const isNewRevision = run.own.purpose?.includes(` ${revision} `) !== true;
  const { kind, namespace, name } = isNewRevision ? refOf(object) : run.turn.ref;
  const trigger = `${kind}/${namespace}/${name}`;
  const why = reason.healthCheckCanceled;
  await storeStatus(run, failed(run.draft, { reason: why, message: `New reconciliation triggered by ${trigger}` }));
  const message = `Health checks canceled due to new reconciliation triggered by ${trigger}`;
  tell(run, { type: 'Normal', reason: why, message, revision });
}

async function attempt(run: Run, source: SourceAt): Promise<WorkResult> {
  const { revision } = source;
  const tree = await fetchTree(run, source);
  if (tree.kind !== 'done') return foldOutcome(run, tree, { phase: 'fetching', revision });
  const target = await findTarget(run);
  if (target.kind !== 'done') return foldOutcome(run, target, { phase: 'building', revision });
  return applyTo(target.value, tree.value, revision);
}

/** Builds, and applies to where the objects are. */
async function applyTo(run: Run, tree: FileTree, revision: string): Promise<WorkResult> {
  const detecting: Standing = { phase: 'detecting', revision };
  try {
    const built = await build(run, tree);
    if (built.kind !== 'done') return await foldOutcome(run, built, { phase: 'building', revision });
    const plan = await makePlan(run, built.value, revision);
    return await converge(run, plan);
  } catch (error) {
    if (run.turn.signal.aborted) return {};
    if (!isCapstanError(error)) throw error;
    return foldOutcome(run, failure(reason.reconciliationFailed, messageOf(error)), detecting);
  }
}

/** The same run with the target that its spec asks for; what is under way ends when that cannot be reached any more. */
async function findTarget(run: Run): Promise<Outcome<Run>> {
  const { turn, spec } = run;
  const owner = { key: ownerKey(turn.ref), namespace: turn.ref.namespace, signal: turn.signal };
  const target = await run.targets.find(spec, owner);
  if ('waiting' in target) return { kind: 'waiting', requeueAfterMs: TARGET_LOOK_MS };
  if ('problem' in target) {
    const told = `failed to build kube client: ${target.problem}`;
    return { ...failure(reason.reconciliationFailed, target.problem), told };
  }
  const signal = target.signal === undefined ? turn.signal : AbortSignal.any([turn.signal, target.signal]);
  return { kind: 'done', value: { ...run, target, turn: { ...turn, signal } } };
}

/** Applies, prunes and checks; nothing is written, not even status, where nothing has changed. */
async function converge(run: Run, plan: Plan): Promise<WorkResult> {
  const { revision } = plan;
  const detecting: Standing = { phase: 'detecting', revision };
  if (isSettled(run.draft, revision, plan.planned) && isSameBuild(run) && !isDue(run)) return atRest(run, plan);
  const retry = run.own.failure;
  const applied = await applyStages(run, plan);
  if (applied.kind !== 'done') return foldOutcome(run, applied, detecting);
  tellWritten(run, revision);
  const pruned = await prune(run, applied.value);
  if (pruned.kind !== 'done') return foldOutcome(run, pruned, detecting);
  await noteShares(run);
  const healthy = await checkHealth(run, applied.value);
  const ended = healthy.kind === 'done' ? checkShares(run) : healthy;
  if (ended.kind === 'done') return foldSuccess(run, revision);
  const now = run.engine.clock.now();
  const soon = (run.own.announcedAt ?? 0) + SOON_MS - now;
  if (ended.kind === 'waiting' && soon > 0) return { requeueAfterMs: Math.min(soon, ended.requeueAfterMs) };
  // What failed and has not mended is not told again before the retry.
  const isQuiet = run.own.announced === undefined;
  if (retry !== undefined && isQuiet && now < retry.retryAt) return { requeueAfterMs: retry.retryAt - now };
  return foldOutcome(run, ended, { phase: 'checking', revision });
}

/** Everything is applied: what somebody changed is healed, and that is no reconcile that counts. */
async function atRest(run: Run, plan: Plan): Promise<WorkResult> {
  run.own.started = undefined;
  const judged = await judgeStage(plan.planned, stageContext(run, plan));
  run.own.shares = sharesOf(judged);
  await noteShares(run);
  const whole = checkShares(run);
  if (whole.kind !== 'done') return foldOutcome(run, whole, { phase: 'checking', revision: plan.revision });
  const healed: Outcome<number | undefined> = judged.some(isWrite)
    ? await heal(
        run,
        plan,
        judged.filter((one): one is Judged => isWrite(one)),
      )
    : { kind: 'done', value: undefined };
  if (healed.kind !== 'done') return foldOutcome(run, healed, { phase: 'detecting', revision: plan.revision });
  const untilDue = Math.max(0, (run.own.due ?? 0) - run.engine.clock.now());
  return { requeueAfterMs: Math.min(untilDue, healed.value ?? untilDue) };
}
