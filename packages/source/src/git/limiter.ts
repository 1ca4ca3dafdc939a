/** How much work may run at once: for one server, and in all. */
export interface Limits {
  readonly each: number;
  readonly all: number;
}

/**
 * Lets a number of pieces of work run at once. The others wait, in order, and servers take turns: one that never answers
 * holds its own places only, as long as few of them do that.
 */
export class Limiter {
  readonly #limits: Limits;
  /** Those who wait, by server; the server whose turn it is stands first. */
  readonly #waiting = new Map<string, (() => void)[]>();
  readonly #running = new Map<string, number>();
  #all = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  async run<Result>(server: string, work: () => Promise<Result>): Promise<Result> {
    if (this.#hasPlace(server)) this.#take(server);
    else await this.#wait(server);
    try {
      return await work();
    } finally {
      this.#give(server);
    }
  }

  #hasPlace(server: string): boolean {
    return this.#all < this.#limits.all && (this.#running.get(server) ?? 0) < this.#limits.each;
  }

  #take(server: string): void {
    this.#all += 1;
    this.#running.set(server, (this.#running.get(server) ?? 0) + 1);
  }

  #wait(server: string): Promise<void> {
    return new Promise((resolve) => {
      const queue = this.#waiting.get(server);
      if (queue === undefined) this.#waiting.set(server, [resolve]);
      else queue.push(resolve);
    });
  }

  #give(server: string): void {
    this.#all -= 1;
    const left = (this.#running.get(server) ?? 1) - 1;
    if (left === 0) this.#running.delete(server);
    else this.#running.set(server, left);
    const next = this.#next();
    if (next === undefined) return;
    // The place goes straight to the next in line, so that nobody slips in between.
    this.#take(next.server);
    next.admit();
  }

  #next(): { readonly server: string; readonly admit: () => void } | undefined {
    for (const [server, queue] of this.#waiting) {
      if (!this.#hasPlace(server)) continue;
      this.#waiting.delete(server);
      const admit = queue.shift();
      if (queue.length > 0) this.#waiting.set(server, queue);
      if (admit !== undefined) return { server, admit };
    }
    return undefined;
  }
}

/** Callers who ask for the same thing at the same time share one piece of work. */
export class Shared<Result> {
  readonly #running = new Map<string, Promise<Result>>();

  /** Waits for the work under `key`, started by `work` if none runs. A caller's signal ends only its own wait. */
  run(key: string, signal: AbortSignal | undefined, work: () => Promise<Result>): Promise<Result> {
    const known = this.#running.get(key);
    const running = known ?? work().finally(() => this.#running.delete(key));
    if (known === undefined) this.#running.set(key, running);
    if (signal === undefined) return running;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        const reason: unknown = signal.reason;
        reject(reason instanceof Error ? reason : new Error('the wait was cancelled'));
      };
      if (signal.aborted) onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
      running.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
    });
  }
}
