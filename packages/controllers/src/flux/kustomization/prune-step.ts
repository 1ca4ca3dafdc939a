import { reason } from '../names.ts';
import { announce, makersOf, type Applied } from './apply-step.ts';
import { handedTo } from './claim.ts';
import { withInventory } from './draft.ts';
import { changeLog } from './entries.ts';
import { done, failure, type Outcome } from './outcome.ts';
import { pruneObjects } from './prune.ts';
import { ownerKey, tell, type Run } from './run.ts';

/** Deletes what Git no longer has. What could not be deleted stays in the inventory. */
export async function prune(run: Run, { plan }: Applied): Promise<Outcome<undefined>> {
  const after = plan.planned.map(({ ref }) => ref);
  if (run.spec.prune && plan.stale.length > 0) {
    await announce(run, plan);
    const { signal, ref } = run.turn;
    const makers = makersOf(plan);
    const outcome = await pruneObjects(run.target.cluster, plan.stale, ref, {
      signal,
      caller: ownerKey(ref),
      handedTo: async (object) => {
        const maker = makers.makerOf(object.live);
        if (maker !== undefined) return `it is made by ${maker} now`;
        return handedTo(run.target.cluster.claims, run.object, object, signal);
      },
    });
    if (outcome.errors.length > 0) {
      run.draft = withInventory(run.draft, [...after, ...outcome.survivors]);
      return failure(
        reason.pruneFailed,
        `delete failed, errors: ${outcome.errors.map((error) => `${error};`).join('')}`,
      );
    }
    if (outcome.entries.length > 0)
      tell(run, {
        type: 'Normal',
        reason: reason.progressing,
        message: changeLog(outcome.entries),
        revision: plan.revision,
      });
  }
  run.draft = withInventory(run.draft, after);
  return done(undefined);
}
