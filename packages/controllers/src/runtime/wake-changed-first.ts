import type { Clock } from '@capstan/kube';
import type { ObjectRef } from '@capstan/object';

/** Finding out who is concerned must not hold anybody up for longer. */
const PATIENCE_MS = 2_000;

/**
 * Wakes those for whom something has changed before the others, whose turn is bookkeeping: of hundreds of resources that
 * follow one repository, a commit concerns a few. Where that cannot be told, or not soon, all are woken. Never rejects.
 */
export async function wakeChangedFirst<Ref extends ObjectRef>(
  clock: Clock,
  refs: Iterable<Ref>,
  isChanged: (ref: Ref) => Promise<boolean>,
  wake: (ref: Ref) => void,
): Promise<void> {
  const waiting = new Set(refs);
  const wakeAll = (): void => {
    for (const ref of waiting) wake(ref);
    waiting.clear();
  };
  const cancel = clock.after(PATIENCE_MS, wakeAll);
  try {
    for (const ref of [...waiting]) {
      const changed = await isChanged(ref);
      if (waiting.size === 0) break;
      if (changed && waiting.delete(ref)) wake(ref);
    }
  } catch {
    // Each of them meets the failure itself, and tells it.
  } finally {
    cancel();
    wakeAll();
  }
}
