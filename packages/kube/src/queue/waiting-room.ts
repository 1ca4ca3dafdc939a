import type { Clock } from '../clock.ts';
import type { WaitAside } from './work-queue.ts';

/** How long a run keeps its worker while it waits: most answers come sooner, and so many runs are never under way. */
const ASIDE_AFTER_MS = 1_000;
/** Runs that may wait without a worker; beyond that they keep theirs. */
const MAX_ASIDE = 512;

/** Runs that wait without a worker. */
export interface WaitingRoom {
  readonly wait: WaitAside;
  /** How many runs are in it, those that would go on if they had a worker included. */
  readonly waiting: number;
  /** Gives workers to those whose wait has ended, as long as there are any. */
  readmit(): void;
}

/** Makes an empty waiting room. `onChange` is called when somebody has gone in, or would go out. */
export function waitingRoom(
  clock: Clock,
  { hasPlace, onChange }: { readonly hasPlace: () => boolean; readonly onChange: () => void },
): WaitingRoom {
  const returning: (() => void)[] = [];
  let waiting = 0;

  const leave = (): Promise<void> | undefined => {
    if (returning.length === 0 && hasPlace()) {
      waiting -= 1;
      return undefined;
    }
    return new Promise((resolve) => {
      returning.push(resolve);
      onChange();
    });
  };

  return {
    wait: async (wait, moved) => {
      let isAside = false;
      const cancel = clock.after(ASIDE_AFTER_MS, () => {
        if (waiting >= MAX_ASIDE) return;
        isAside = true;
        waiting += 1;
        moved?.(true);
        onChange();
      });
      try {
        return await wait;
      } finally {
        cancel();
        if (isAside) {
          await leave();
          moved?.(false);
        }
      }
    },
    get waiting() {
      return waiting;
    },
    readmit: () => {
      while (hasPlace()) {
        const resume = returning.shift();
        if (resume === undefined) return;
        waiting -= 1;
        resume();
      }
    },
  };
}
