import type { RenderRequest } from '@capstan/render';

/** Owners that are remembered; beyond it the oldest go, and are not known. */
const MAX_OWNERS = 100_000;

/** What was rendered last for each owner. */
export class LastRequests {
  readonly #last = new Map<string, RenderRequest>();

  note(owner: string, request: RenderRequest): void {
    this.#last.delete(owner);
    this.#last.set(owner, request);
    if (this.#last.size <= MAX_OWNERS) return;
    const [oldest] = this.#last.keys();
    if (oldest !== undefined) this.#last.delete(oldest);
  }

  of(owner: string): RenderRequest | undefined {
    return this.#last.get(owner);
  }
}
