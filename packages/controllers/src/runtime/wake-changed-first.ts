import type { Clock } from '@capstan/kube';
import type { ObjectRef } from '@capstan/object';
import type { Controller } from './controller.ts';

/** Neither finding out who is concerned nor their own turns may hold the others up for longer. */
const PATIENCE_MS = 5_000;
/** Thousands that follow one repository are given the time that asking about them takes on a busy machine. */
const PATIENCE_EACH_MS = 10;
/** After so many, others get their turn of the thread: a thousand answers are a tenth of a second. */
const ASK_AT_ONCE = 50;
/** So many, and there is no point in letting them go before the others. */
const MANY = 16;

/**
 * Wakes those for whom something has changed before the others, whose turn is bookkeeping: of hundreds of resources that
 * follow one repository, a commit concerns a few. These are done before the others begin, whose requests they would share
 * the way to the API server with. Where it cannot be told who is concerned, or not soon, all are woken. Never rejects.
 */
export async function wakeChangedFirst<Ref extends ObjectRef>(
  clock: Clock,
  refs: Iterable<Ref>,
  isChanged: (ref: Ref) => Promise<boolean>,
  controller: Pick<Controller, 'wake' | 'settled'>,
): Promise<void> {
  const waiting = new Set(refs);
  const changed: Ref[] = [];
  const { promise: isLate, resolve: late } = Promise.withResolvers<void>();
  const wakeAll = (): void => {
    for (const ref of waiting) controller.wake(ref);
    waiting.clear();
    late();
  };
  const all = [...waiting];
  const cancel = clock.after(Math.max(PATIENCE_MS, all.length * PATIENCE_EACH_MS), wakeAll);
  try {
    for (const [index, ref] of all.entries()) {
      if (index > 0 && index % ASK_AT_ONCE === 0) await new Promise<void>((resolve) => setImmediate(resolve));
      const concerns = await isChanged(ref);
      if (waiting.size === 0) break;
      if (!concerns || !waiting.delete(ref)) continue;
      controller.wake(ref);
      changed.push(ref);
    }
    if (changed.length < MANY) await Promise.race([isLate, Promise.all(changed.map((ref) => controller.settled(ref)))]);
  } catch {
    // Each of them meets the failure itself, and tells it.
  } finally {
    cancel();
    wakeAll();
  }
}
