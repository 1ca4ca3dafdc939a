import type { Clock } from '../clock.ts';

/** Keys that become ready at a time, each once, at the earliest time that was asked for. One timer serves all. */
export interface DelayedKeys {
  /** Wakes the key after so long, unless it wakes earlier already. */
  set(key: string, milliseconds: number): void;
  delete(key: string): boolean;
  has(key: string): boolean;
  clear(): void;
  readonly size: number;
}

interface Entry {
  readonly key: string;
  readonly due: number;
}

/** Makes the collection; `wake` is called with each key when its time has come. */
export function delayedKeys(clock: Clock, wake: (key: string) => void): DelayedKeys {
  // A binary heap by time. An entry that `due` no longer knows has been replaced, and is passed over.
  const heap: Entry[] = [];
  const due = new Map<string, number>();
  let cancel: (() => void) | undefined;
  let armedFor = Infinity;

  const valid = (entry: Entry): boolean => due.get(entry.key) === entry.due;

  const arm = (): void => {
    for (let top = heap[0]; top !== undefined && !valid(top); top = heap[0]) pop(heap);
    const next = heap[0];
    if (next === undefined) {
      cancel?.();
      cancel = undefined;
      armedFor = Infinity;
      return;
    }
    if (next.due === armedFor) return;
    cancel?.();
    armedFor = next.due;
    cancel = clock.after(Math.max(0, next.due - clock.monotonic()), fire);
  };

  const fire = (): void => {
    cancel = undefined;
    armedFor = Infinity;
    const now = clock.monotonic();
    const ready: string[] = [];
    for (let top = heap[0]; top !== undefined && (top.due <= now || !valid(top)); top = heap[0]) {
      pop(heap);
      if (!valid(top)) continue;
      due.delete(top.key);
      ready.push(top.key);
    }
    arm();
    for (const key of ready) wake(key);
  };

  return {
    set: (key, milliseconds) => {
      const at = clock.monotonic() + Math.max(0, milliseconds);
      const known = due.get(key);
      if (known !== undefined && known <= at) return;
      due.set(key, at);
      push(heap, { key, due: at });
      // Replaced entries must not pile up: a key that is asked for again and again leaves one each time.
      if (heap.length > 64 && heap.length > 2 * due.size) rebuild(heap, due);
      arm();
    },
    delete: (key) => {
      const known = due.delete(key);
      if (known) arm();
      return known;
    },
    has: (key) => due.has(key),
    clear: () => {
      due.clear();
      heap.length = 0;
      arm();
    },
    get size() {
      return due.size;
    },
  };
}

function rebuild(heap: Entry[], due: ReadonlyMap<string, number>): void {
  heap.length = 0;
  for (const [key, at] of due) push(heap, { key, due: at });
}

function push(heap: Entry[], entry: Entry): void {
  heap.push(entry);
  let at = heap.length - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || above.due <= entry.due) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = entry;
}

function pop(heap: Entry[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    const left = heap[child];
    if (left === undefined) break;
    const right = heap[child + 1];
    let least = left;
    if (right !== undefined && right.due < left.due) {
      least = right;
      child += 1;
    }
    if (least.due >= last.due) break;
    heap[at] = least;
    at = child;
  }
  heap[at] = last;
}
