import { SecretMakers } from '../../runtime/secret-makers.ts';
import { reason } from '../names.ts';
import { tryStage, writeStage } from './apply-stage.ts';
import { driftRules, type DriftRules } from './drift-rules.ts';
import { detecting, withInventory } from './draft.ts';
import { changed, changeLog, type Entry } from './entries.ts';
import { judgeHealth } from './health-gate.ts';
import { entryOf, refsOf, staleOf, unionOf } from './inventory.ts';
import { claimantOf } from './claim.ts';
import { isWrite, judgeStage, sharesOf, takeoverFrom, type StageContext } from './judge.ts';
import type { Stage } from './order.ts';
import { done, failure, type Outcome } from './outcome.ts';
import { replan, type Plan } from './plan.ts';
import { ownerKey, spanText, tell, timeoutOf, writeDraft, type Run } from './run.ts';
import type { Share } from './shared-objects.ts';

/** The stages of an apply; the first two are waited for before the next. */
export const stages: readonly Stage[] = ['definitions', 'classes', 'custom', 'resources'];
const awaited: ReadonlySet<Stage> = new Set(['definitions', 'classes']);
/** How long CRDs, Namespaces and classes may take to be established before the rest is applied. */
const STAGE_TIMEOUT_MS = 60_000;

/** What an apply came to. */
export interface Applied {
  readonly plan: Plan;
  readonly entries: readonly Entry[];
}

/** What applying needs of a run. */
export function stageContext(run: Run, plan: Plan): StageContext {
  return {
    cluster: run.target.cluster,
    confirmations: run.target.confirmations,
    admission: run.target.admission,
    signal: run.turn.signal,
    now: () => run.engine.clock.now(),
    force: run.spec.force === true,
    takeover: takeoverFrom(run.options.overrideManagers),
    ignore: driftRulesOf(run),
    makers: makersOf(plan),
    caller: ownerKey(run.turn.ref),
    claimant: claimantOf(run.object),
  };
}

/** Who makes Secrets among the objects of a plan. */
export function makersOf({ planned }: Plan): SecretMakers {
  return new SecretMakers(planned.map(({ ref, desired }) => ({ ref, object: desired })));
}

/** The rules about drift, compiled once a generation. Throws SPEC_INVALID. */
function driftRulesOf({ own, spec, draft }: Run): DriftRules | undefined {
  const { generation } = draft.context;
  if (own.drift?.generation !== generation) own.drift = { generation, rules: driftRules(spec) };
  return own.drift.rules;
}

/** Applies stage by stage. A refused dry-run stops its stage with nothing of it written. */
export async function applyStages(run: Run, plan: Plan): Promise<Outcome<Applied>> {
  const context = stageContext(run, plan);
  const entries: Entry[] = [];
  const shares: Share[] = [];
  let { planned } = plan;
  for (const stage of stages) {
    const items = planned.filter((item) => item.stage === stage);
    const judged = await judgeStage(items, context);
    shares.push(...sharesOf(judged));
    const tried = await tryStage(judged, context);
    if (tried.kind === 'refused') return refused(run, plan, tried.message);
    if (tried.stage.some(isWrite)) await announce(run, { ...plan, planned });
    const written = await writeStage(tried.stage, context, run.engine.clock);
    entries.push(...written.entries);
    run.own.written = [...(run.own.written ?? []), ...changed(written.entries)];
    if (written.refusal !== undefined) return refused(run, plan, written.refusal);
    if (!awaited.has(stage) || items.length === 0) continue;
    const gate = await judgeHealth(
      run.target.cluster,
      items.map(({ ref }) => ref),
      {
        now: new Date(context.now()),
        expired: context.now() - (run.own.started ?? 0) >= STAGE_TIMEOUT_MS,
        failFast: false,
        expressions: run.own.health,
        signal: run.turn.signal,
      },
    );
    if (gate.kind === 'waiting') return { kind: 'waiting', requeueAfterMs: STAGE_TIMEOUT_MS, draft: run.draft };
    if (gate.kind === 'failed') return refused(run, plan, gate.message);
    planned = await replan(run, plan, planned, items);
  }
  run.own.shares = shares;
  return done({ plan: { ...plan, planned }, entries });
}

/** Tells what has been written since the last time it was told. */
export function tellWritten(run: Run, revision: string): void {
  const written = run.own.written ?? [];
  if (written.length <= (run.own.told ?? 0)) return;
  run.own.told = written.length;
  tell(run, { type: 'Normal', reason: reason.progressing, message: changeLog(written), revision });
}

/** A failure, with what had been written before it, as Flux tells it. What was written stays in the inventory. */
export function refused(run: Run, plan: Plan, message: string): Outcome<never> {
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
  run.own.announcedAt = run.engine.clock.now();
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
