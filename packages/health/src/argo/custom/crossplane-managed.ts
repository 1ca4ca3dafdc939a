import { conditionsOf } from './conditions.ts';
import { get, type Value } from './value.ts';
import { degraded, healthy, progressing, suspended, type Check } from './verdict.ts';

interface Seen {
  ready: boolean;
  synced: boolean;
  paused: boolean;
  readyReason: Value;
  syncError: Value;
}

function look(seen: Seen, condition: Value): void {
  const type = get(condition, 'type');
  const isTrue = get(condition, 'status') === 'True';
  const reason = get(condition, 'reason');
  if (type === 'Ready') {
    seen.ready = isTrue;
    seen.readyReason = reason;
  } else if (type === 'Synced') {
    seen.synced = isTrue;
    if (reason === 'ReconcileError') seen.syncError = get(condition, 'message');
    else if (reason === 'ReconcilePaused') seen.paused = true;
  }
}

/** A managed resource of Crossplane's classic AWS provider, called `name` in its messages: both synced and ready. */
export function crossplaneManaged(name: string): Check {
  return (object) => {
    const conditions = conditionsOf(object);
    if (conditions === undefined) return progressing(`Waiting for ${name} to be created`);
    const seen: Seen = { ready: false, synced: false, paused: false, readyReason: undefined, syncError: undefined };
    for (const condition of conditions) look(seen, condition);
    if (seen.ready && seen.synced) return healthy(seen.readyReason);
    if (!seen.synced && seen.paused) return suspended('ReconcilePaused');
    if (seen.synced && !seen.paused) return progressing(`Waiting for ${name} to be available`);
    return degraded(seen.syncError);
  };
}
