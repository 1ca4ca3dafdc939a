import { lastManagerOf } from '../../runtime/last-manager.ts';
import type { ManagedObject } from '../compare/comparison.ts';
import type { DestinationCluster } from '../destination/destination-cluster.ts';
import { recordEvent } from '../events.ts';
import { APPLY_MANAGER, eventReason } from '../names.ts';
import { kubectlName } from '../operation/messages.ts';
import type { Run, Standing } from './run.ts';

/**
 * Notes which objects are about to be healed. Argo CD's back-off, which is the Application's, slows it down; an object
 * that is changed back each time is told as contested, with whoever does it.
 */
export function noteHeals(run: Run, at: DestinationCluster, standing: Standing): void {
  for (const object of standing.comparison.managed) {
    if (object.sync !== 'OutOfSync' || object.keptBy !== undefined) continue;
    noteHeal(run, at, object);
  }
}

function noteHeal(run: Run, { cluster, heals }: DestinationCluster, { ref, live, differences }: ManagedObject): void {
  const { engine } = run.shared;
  const fields = differences.map(({ path }) => path.join('.'));
  const manager = live === undefined ? undefined : lastManagerOf(live, APPLY_MANAGER);
  heals.healed(ref, engine.clock.now());
  engine.journal.write({
    at: run.now,
    owner: run.application.ref,
    cluster: cluster.id,
    actor: { kind: 'capstan' },
    event: { kind: 'drift', object: ref, fields, healed: true, ...(manager === undefined ? {} : { manager }) },
  });
  if (!heals.contested(ref)) return;
  const who = manager ?? (live === undefined ? 'somebody who deletes it' : 'somebody');
  recordEvent(run.shared, run.application, {
    type: 'Warning',
    reason: eventReason.driftContested,
    message: `${kubectlName(ref)} is changed back by ${who} each time it is healed; it is healed ever more rarely`,
  });
  engine.log.warn({ application: run.owner, object: kubectlName(ref), manager: who, fields }, 'drift is contested');
}
