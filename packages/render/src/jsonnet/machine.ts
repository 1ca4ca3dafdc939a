import { MAX_STACK, MAX_STEPS } from './limits.ts';
import { limitProblem, type Place } from './problem.ts';

/** Counts what one program does, so that it ends. */
export class Machine {
  #depth = 0;
  #steps = 0;
  readonly #maxSteps: number;

  constructor(maxSteps = MAX_STEPS) {
    this.#maxSteps = maxSteps;
  }

  /** Begins a call, a field or a variable. Throws RENDER_LIMIT. */
  enter(place?: Place): void {
    if (++this.#depth > MAX_STACK) {
      this.#depth--;
      throw limitProblem('max stack frames exceeded.', place);
    }
    this.step(1);
  }

  leave(): void {
    this.#depth--;
  }

  /** Counts work that makes no calls. Throws RENDER_LIMIT. */
  step(count: number): void {
    this.#steps += count;
    if (this.#steps > this.#maxSteps) throw limitProblem('the program takes too many steps');
  }
}
