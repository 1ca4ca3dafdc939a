import { claimantName, type Dispute } from '../../runtime/claims.ts';
import { conditionOf } from '../conditions.ts';
import { condition, reason } from '../names.ts';
import { shared } from './draft.ts';
import { subjectOf } from './entries.ts';
import { done, failure, type Outcome } from './outcome.ts';
import { tell, writeDraft, type Run } from './run.ts';

/** An object that an Application claims as well, and whether it is as this Kustomization wants it. */
export interface Share {
  readonly dispute: Dispute;
  readonly agrees: boolean;
}

/** Objects that are named at most. */
const MAX_NAMED = 20;

/** Puts on record which objects are shared, and has the rivals look; all of it only where that is news. */
export async function noteShares(run: Run): Promise<void> {
  const shares = run.own.shares ?? [];
  const before = conditionOf(run.draft.status.conditions ?? [], condition.sharedResource)?.message;
  const message = shares.length === 0 ? undefined : sharesText(shares);
  run.draft = shared(run.draft, message);
  if (message === before) return;
  await writeDraft(run, run.draft);
  if (message !== undefined) tell(run, { type: 'Warning', reason: reason.sharedResource, message });
  run.target.cluster.claims.wakeRivals(shares.map(({ dispute }) => dispute));
}

/** Nothing that Git asks for is missing, but for what somebody else keeps otherwise. */
export function checkShares(run: Run): Outcome<undefined> {
  const lost = (run.own.shares ?? []).filter(({ agrees }) => !agrees);
  if (lost.length === 0) return done(undefined);
  return { ...failure(reason.sharedResource, `not applied: ${sharesText(lost)}`), mends: true };
}

function sharesText(shares: readonly Share[]): string {
  const told = shares.slice(0, MAX_NAMED).map(({ dispute: { ref, rivals, keeper } }) => {
    const others = rivals.map(claimantName).join(' and of ');
    const who = keeper === undefined ? 'this Kustomization keeps it' : `${claimantName(keeper)} keeps it`;
    return `${subjectOf(ref)} is of ${others} too, ${who}`;
  });
  const more = shares.length - told.length;
  return `${told.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
