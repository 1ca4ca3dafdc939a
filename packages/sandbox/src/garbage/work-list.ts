/** Keys worked off per turn of the event loop. */
const PER_TURN = 100;

/**
 * Keys to be worked on soon, each once however often it is added; at most as many as there are objects. Work runs
 * outside of the write that caused it, a bounded share at a time.
 */
export class WorkList {
  readonly #keys = new Set<string>();
  readonly #work: (key: string) => void;
  readonly #report: (error: unknown) => void;
  #scheduled = false;
  #stopped = false;

  constructor(work: (key: string) => void, report: (error: unknown) => void) {
    this.#work = work;
    this.#report = report;
  }

  add(key: string): void {
    this.#keys.add(key);
    this.#schedule();
  }

  /** Works on nothing any more. */
  stop(): void {
    this.#stopped = true;
    this.#keys.clear();
  }

  #schedule(): void {
    if (this.#scheduled || this.#stopped) return;
    this.#scheduled = true;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    this.#scheduled = false;
    let left = PER_TURN;
    for (const key of this.#keys) {
      if (this.#stopped || left-- <= 0) break;
      this.#keys.delete(key);
      try {
        this.#work(key);
      } catch (error) {
        this.#report(error);
      }
    }
    if (this.#keys.size > 0) this.#schedule();
  }
}
