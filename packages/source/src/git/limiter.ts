/** Lets a number of pieces of work run at once; the others wait in order. */
export class Limiter {
  readonly #limit: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#running >= this.#limit) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      // The place goes straight to the next in line, so that nobody slips in between.
      if (next === undefined) this.#running--;
      else next();
    }
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
