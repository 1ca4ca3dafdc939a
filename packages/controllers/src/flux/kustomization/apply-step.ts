import { type KubernetesObject, type VersionedRef } from '@capstan/object';
import { reason } from '../names.ts';
import { tryStage, writeStage } from './apply-stage.ts';
import { detecting, withInventory } from './draft.ts';
import { changed, changeLog, type Entry } from './entries.ts';
import { judgeHealth } from './health-gate.ts';
import { entryOf, refsOf, staleOf, unionOf } from './inventory.ts';
import { isWrite, judgeStage, type Judged, type PlannedWrite, type StageContext } from './judge.ts';
import { isMarkedByOther } from './marks.ts';
import type { Stage } from './order.ts';
import { done, failure, type Outcome } from './outcome.ts';
import { planObjects, type PlannedObject } from './planned-object.ts';
import { ownerKey, spanText, tell, timeoutOf, writeDraft, type Run } from './run.ts';
import { healthRefs } from './check-health.ts';

/** The stages of an apply; the first two are waited for before the next. */
export const stages: readonly Stage[] = ['definitions', 'classes', 'resources'];
/** How long CRDs, Namespaces and classes may take to be established before the rest is applied. */
const STAGE_TIMEOUT_MS = 60_000;

/** What is to be applied, and what of the inventory is no longer. */
export interface Plan {
  readonly revision: string;
  readonly objects: readonly KubernetesObject[];
  readonly planned: readonly PlannedObject[];
  readonly stale: readonly VersionedRef[];
}

/** What an apply came to. */
export interface Applied {
  readonly plan: Plan;
  readonly entries: readonly Entry[];
}

/** Plans the objects against what the cluster serves, and watches what they are and were. */
export async function makePlan(run: Run, objects: readonly KubernetesObject[], revision: string): Promise<Plan> {
  const planned = await planObjects(run.cluster, objects, run.turn.signal);
  const before = refsOf(run.draft.status.inventory?.entries ?? []);
  const after = planned.map((item) => item.ref);
  await watch(run, unionOf(before, after));
  return { revision, objects, planned, stale: staleOf(before, after) };
}

/** What applying needs of a run. */
export function stageContext(run: Run): StageContext {
  return {
    cluster: run.cluster,
    confirmations: run.confirmations,
    signal: run.turn.signal,
    now: () => run.engine.clock.now(),
    force: run.spec.force === true,
    caller: ownerKey(run.turn.ref),
  };
}

/** Applies stage by stage. A refused dry-run stops its stage with nothing of it written. */
export async function applyStages(run: Run, plan: Plan): Promise<Outcome<Applied>> {
  const context = stageContext(run);
  const entries: Entry[] = [];
  let { planned } = plan;
  for (const stage of stages) {
    const items = planned.filter((item) => item.stage === stage);
    const tried = await tryStage(await judgeStage(items, context), context);
    if (tried.kind === 'refused') return refused(run, plan, tried.message);
    if (tried.stage.some(isWrite)) await announce(run, { ...plan, planned });
    const written = await writeStage(tried.stage, context, run.engine.clock);
    entries.push(...written.entries);
    run.own.written = [...(run.own.written ?? []), ...changed(written.entries)];
    if (written.refusal !== undefined) return refused(run, plan, written.refusal);
    if (stage === 'resources' || items.length === 0) continue;
    const gate = await judgeHealth(
      run.cluster,
      items.map(({ ref }) => ref),
      {
        now: new Date(context.now()),
        expired: context.now() - (run.own.started ?? 0) >= STAGE_TIMEOUT_MS,
        failFast: false,
        signal: run.turn.signal,
      },
    );
    if (gate.kind === 'waiting') return { kind: 'waiting', requeueAfterMs: STAGE_TIMEOUT_MS, draft: run.draft };
    if (gate.kind === 'failed') return refused(run, plan, gate.message);
    planned = await replan(run, plan, planned, items);
  }
  return done({ plan: { ...plan, planned }, entries });
}

/** Tells what has been written since the last time it was told. */
export function tellWritten(run: Run, revision: string): void {
  const written = run.own.written ?? [];
  if (written.length > 0)
    tell(run, { type: 'Normal', reason: reason.progressing, message: changeLog(written), revision });
}

/** Heals what differs while everything is applied: at once, then with growing pauses. Returns when to look again. */
export async function heal(run: Run, plan: Plan, judged: readonly Judged[]): Promise<Outcome<number | undefined>> {
  const context = stageContext(run);
  let again: number | undefined;
  const due = judged.filter((one) => {
    // What another Kustomization has taken is fought over by the interval only, as upstream does.
    if (!isWrite(one) || isMarkedByOther(one.live, run.turn.ref) || isHold(one)) return false;
    const turn = run.heals.turn(one.item.ref, context.now());
    if (turn.kind === 'now') return true;
    again = Math.min(again ?? turn.afterMs, turn.afterMs);
    return false;
  });
  const tried = await tryStage(due, context);
  if (tried.kind === 'refused') return refused(run, plan, tried.message);
  const written = await writeStage(tried.stage, context, run.engine.clock);
  const healed = changed(written.entries);
  for (const { ref } of healed) run.heals.healed(ref, context.now());
  run.own.written = healed;
  tellWritten(run, plan.revision);
  tellContested(run, tried.stage, plan.revision);
  run.own.written = [];
  if (written.refusal !== undefined) return refused(run, plan, written.refusal);
  return done(again);
}

// A finalizer that somebody has set by hand holds an object. It goes with the next reconcile, as upstream, not at once.
function isHold({ paths }: PlannedWrite): boolean {
  return paths.length > 0 && paths.every((path) => path.startsWith('metadata.finalizers'));
}

function tellContested(run: Run, stage: readonly Judged[], revision: string): void {
  for (const judged of stage) {
    if (!isWrite(judged) || !run.heals.contested(judged.item.ref)) continue;
    const { ref } = judged.item;
    const manager = lastManagerOf(judged.live);
    const subject = changeLog([{ ref, action: 'configured' }]).replace(/ configured$/, '');
    const message = `${subject} is changed back by ${manager} each time it is healed; it is healed ever more rarely`;
    run.engine.log.warn({ kustomization: ownerKey(run.turn.ref), object: subject, manager }, 'drift is contested');
    tell(run, { type: 'Warning', reason: reason.driftContested, message, revision });
  }
}

/** Who wrote the object last, as far as its managed fields tell; a deletion leaves no trace. */
function lastManagerOf(live: KubernetesObject | undefined): string {
  const fields = live?.metadata['managedFields'];
  if (!Array.isArray(fields)) return 'somebody who deletes it';
  let last: { readonly manager: string; readonly time: string } | undefined;
  for (const field of fields) {
    if (typeof field !== 'object' || field === null || Array.isArray(field)) continue;
    const { manager, time, subresource } = field as Readonly<Record<string, unknown>>;
    if (typeof manager !== 'string' || manager === 'kustomize-controller' || subresource === 'status') continue;
    const at = typeof time === 'string' ? time : '';
    if (last === undefined || at >= last.time) last = { manager, time: at };
  }
  return last?.manager ?? 'somebody';
}

/** A failure, with what had been written before it, as Flux tells it. What was written stays in the inventory. */
function refused(run: Run, plan: Plan, message: string): Outcome<never> {
  const written = run.own.written ?? [];
  if (run.own.announced !== undefined) {
    const kept = new Set(written.map(({ ref }) => entryOf(ref).id));
    const before = run.own.announced;
    const added = plan.planned.map(({ ref }) => ref).filter((ref) => kept.has(entryOf(ref).id));
    run.draft = withInventory(run.draft, unionOf(before, staleOf(added, before)));
  }
  return failure(
    reason.reconciliationFailed,
    `${message}\n${written.map((entry) => `${changeLog([entry])}\n`).join('')}`,
  );
}

/** The intent, with the union of both inventories: it is stored before the first write. */
export async function announce(run: Run, plan: Plan): Promise<void> {
  if (run.own.announced !== undefined) return;
  const before = refsOf(run.draft.status.inventory?.entries ?? []);
  run.own.announced = before;
  const draft = detecting(run.draft, plan.revision, spanText(timeoutOf(run.spec)));
  await writeDraft(
    run,
    withInventory(
      draft,
      unionOf(
        plan.planned.map(({ ref }) => ref),
        before,
      ),
    ),
  );
}

/** After CRDs have been established their kinds are known, and watched. */
async function replan(
  run: Run,
  plan: Plan,
  planned: readonly PlannedObject[],
  established: readonly PlannedObject[],
): Promise<readonly PlannedObject[]> {
  const isNew = established.some(({ ref }) => ref.kind === 'CustomResourceDefinition');
  if (!isNew || planned.every((item) => item.rules !== undefined)) return planned;
  run.cluster.client.discovery.invalidate();
  const again = await planObjects(run.cluster, plan.objects, run.turn.signal);
  const before = refsOf(run.draft.status.inventory?.entries ?? []);
  await watch(
    run,
    unionOf(
      before,
      again.map(({ ref }) => ref),
    ),
  );
  return again;
}

/** Kinds that the cluster does not serve cannot be watched; they are, as soon as it does. */
async function watch(run: Run, refs: readonly VersionedRef[]): Promise<void> {
  const { discovery } = run.cluster.client;
  const all = [...refs, ...healthRefs(run.spec)];
  const served = all.filter((ref) => discovery.knownPreferred(ref) !== undefined);
  const unserved = all.filter((ref) => discovery.knownPreferred(ref) === undefined);
  run.watchers.awaitKinds(run.turn.ref, unserved);
  await run.cluster.interests.set(ownerKey(run.turn.ref), served);
}
