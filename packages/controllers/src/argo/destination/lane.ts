/** A turn's place in a lane. */
export interface LanePlace {
  /** Gives it back; once is enough. */
  leave(): void;
  /** Leaves it to others while the turn waits for something else, and takes it again, even if it is one too many then. */
  readonly stepAside: (isAside: boolean) => void;
}

/**
 * Turns over Applications of one cluster that may run at a time. However slow a cluster is, workers are left for the
 * Applications of the others: who finds no place ends its turn, and is woken when there is one.
 */
export class Lane {
  readonly #limit: () => number;
  readonly #wake: (owner: string) => void;
  readonly #waiting = new Set<string>();
  #running = 0;

  constructor(limit: () => number, wake: (owner: string) => void) {
    this.#limit = limit;
    this.#wake = wake;
  }

  /** A place for a turn of `owner`; undefined where there is none now. */
  enter(owner: string): LanePlace | undefined {
    if (this.#running >= this.#limit()) {
      this.#waiting.add(owner);
      return undefined;
    }
    this.#waiting.delete(owner);
    this.#running += 1;
    let holds = true;
    return {
      leave: () => {
        if (holds) this.#free();
        holds = false;
      },
      stepAside: (isAside) => {
        if (isAside && holds) this.#free();
        if (!isAside && !holds) this.#running += 1;
        holds = !isAside;
      },
    };
  }

  #free(): void {
    this.#running -= 1;
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#waiting.delete(next);
    this.#wake(next);
  }
}
