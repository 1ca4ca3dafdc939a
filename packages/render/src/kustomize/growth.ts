import { beyondLimit } from './problem.ts';
import { scalarText, thaw, type Value } from './value.ts';

/** Largest text that is put together from others; what a cluster takes is far smaller. */
const MAX_TEXT = 10 * 1024 * 1024;

/** Throws RENDER_LIMIT for a text that has grown too large; `what` made it. */
export function checkTextSize(length: number, what: string): void {
  if (length > MAX_TEXT) throw beyondLimit(`${what} makes a text of more than ${MAX_TEXT} characters`);
}

/** Counts what is copied, so that what is copied into itself again and again comes to an end. */
export class CopyBudget {
  readonly #what: string;
  #left = MAX_TEXT;

  constructor(what: string) {
    this.#what = what;
  }

  /** A deep copy that may be changed. Throws RENDER_LIMIT where all copies together are too large. */
  copy(value: Value): Value {
    this.spend(value);
    return thaw(value);
  }

  /** Counts a value as copied. Throws RENDER_LIMIT where all that was counted is too large. */
  spend(value: Value): void {
    const size = typeof value === 'object' ? 16 : (scalarText(value) ?? '').length + 16;
    this.#left -= size;
    if (this.#left < 0) throw beyondLimit(`${this.#what} copies more than ${MAX_TEXT} characters`);
    if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) this.spend(item);
  }
}
