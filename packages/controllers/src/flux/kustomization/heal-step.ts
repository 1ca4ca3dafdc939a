import type { KubernetesObject } from '@capstan/object';
import { reason } from '../names.ts';
import { tryStage, writeStage } from './apply-stage.ts';
import { refused, stageContext, tellWritten } from './apply-step.ts';
import { changed, subjectOf } from './entries.ts';
import { isWrite, type Judged, type PlannedWrite } from './judge.ts';
import { isMarkedByOther } from './marks.ts';
import { done, type Outcome } from './outcome.ts';
import type { Plan } from './plan.ts';
import { ownerKey, tell, type Run } from './run.ts';

/** Heals what differs while everything is applied: at once, then with growing pauses. Returns when to look again. */
export async function heal(run: Run, plan: Plan, judged: readonly Judged[]): Promise<Outcome<number | undefined>> {
  const context = stageContext(run, plan);
  let again: number | undefined;
  const due = judged.filter((one) => {
    // What another Kustomization has taken is fought over by the interval only, as upstream does.
    if (!isWrite(one) || one.hidden || isMarkedByOther(one.live, run.turn.ref) || isHold(one)) return false;
    const turn = run.target.heals.turn(one.item.ref, context.now());
    if (turn.kind === 'now') return true;
    again = Math.min(again ?? turn.afterMs, turn.afterMs);
    return false;
  });
  const tried = await tryStage(due, context);
  if (tried.kind === 'refused') return refused(run, plan, tried.message);
  const written = await writeStage(tried.stage, context, run.engine.clock);
  const healed = changed(written.entries);
  for (const { ref } of healed) run.target.heals.healed(ref, context.now());
  Object.assign(run.own, { written: healed, told: 0 });
  tellWritten(run, plan.revision);
  tellContested(run, tried.stage, plan.revision);
  Object.assign(run.own, { written: [], told: 0 });
  if (written.refusal !== undefined) return refused(run, plan, written.refusal);
  return done(again);
}

// A finalizer that somebody has set by hand holds an object. It goes with the next reconcile, as upstream, not at once.
function isHold({ paths }: PlannedWrite): boolean {
  return paths.length > 0 && paths.every((path) => path.startsWith('metadata.finalizers'));
}

function tellContested(run: Run, stage: readonly Judged[], revision: string): void {
  for (const judged of stage) {
    if (!isWrite(judged) || !run.target.heals.contested(judged.item.ref)) continue;
    const { ref } = judged.item;
    const manager = lastManagerOf(judged.live);
    const subject = subjectOf(ref);
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
