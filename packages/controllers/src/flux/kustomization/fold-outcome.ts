import type { WorkResult } from '@capstan/kube';
import { durationMilliseconds } from '@capstan/object';
import { timestamp } from '../../runtime/time.ts';
import { reason } from '../names.ts';
import { applied, attempting, failed, health, isStalledBy, recorded, stalled, type Draft } from './draft.ts';
import { phaseMessage, type Outcome, type Phase } from './outcome.ts';
import { end } from './progress.ts';
import { retryInterval, spanText, storeStatus, tell, timeoutOf, type Run } from './run.ts';

/** Where a reconcile stands when a step ends it. */
export interface Standing {
  readonly phase: Phase;
  /** Undefined until the source is known. */
  readonly revision?: string;
}

/** Writes what a step that ends the turn came to into status, and tells of it. */
export async function foldOutcome(
  run: Run,
  outcome: Exclude<Outcome<never>, { kind: 'done' }>,
  standing: Standing,
): Promise<WorkResult> {
  switch (outcome.kind) {
    case 'stopped': {
      const isKnown = isStalledBy(run.draft, outcome.words);
      await storeStatus(run, stalled(run.draft, outcome.words));
      if (!isKnown) tell(run, { type: 'Warning', ...outcome.words });
      return {};
    }
    case 'waiting': {
      if (outcome.ready !== undefined) await storeStatus(run, failed(run.draft, outcome.ready));
      else if (outcome.draft !== undefined) await storeStatus(run, outcome.draft);
      if (outcome.event !== undefined) tell(run, { type: 'Normal', ...outcome.event });
      return { requeueAfterMs: outcome.requeueAfterMs };
    }
    case 'failed':
      return foldFailure(run, outcome, standing);
  }
}

async function foldFailure(
  run: Run,
  { words, healthy, mends = healthy !== undefined, told = words.message }: Extract<Outcome<never>, { kind: 'failed' }>,
  { phase, revision = '' }: Standing,
): Promise<WorkResult> {
  const { spec, own } = run;
  const message = phaseMessage(phase, revision, spanText(timeoutOf(spec)));
  let draft: Draft = message === undefined ? run.draft : attempting(run.draft, message);
  if (phase !== 'guarding' && phase !== 'fetching')
    draft = { ...draft, status: { ...draft.status, lastAttemptedRevision: revision } };
  if (phase === 'detecting' || phase === 'checking') draft = recorded(draft, historyOf(run, words.reason, revision));
  if (healthy !== undefined) draft = health(draft, { kind: 'failed', message: healthy });
  await storeStatus(run, failed(draft, words));
  tell(run, { type: 'Warning', reason: words.reason, message: told, revision });
  const now = run.engine.clock.now();
  end(own, { purpose: own.purpose ?? '', retryAt: now + retryInterval(spec), mends });
  return { requeueAfterMs: retryInterval(spec) };
}

/** Everything of the revision is applied. */
export async function foldSuccess(run: Run, revision: string): Promise<WorkResult> {
  const { own, engine, spec } = run;
  const finished = applied(run.draft, revision, run.draft.context.generation);
  await storeStatus(run, recorded(finished, historyOf(run, reason.reconciliationSucceeded, revision)));
  const interval = durationMilliseconds(spec.interval);
  const now = engine.clock.now();
  tell(run, {
    type: 'Normal',
    reason: reason.reconciliationSucceeded,
    message: `Reconciliation finished in ${spanText(now - (own.started ?? now))}, next run in ${spanText(interval)}`,
    revision,
    isOutcome: true,
  });
  end(own);
  own.due = now + interval;
  return { requeueAfterMs: interval };
}

function historyOf(run: Run, status: string, revision: string) {
  const now = run.engine.clock.now();
  return {
    digest: run.own.digest ?? '',
    status,
    now: timestamp(now),
    duration: spanText(now - (run.own.started ?? now)),
    metadata: { revision },
  };
}
