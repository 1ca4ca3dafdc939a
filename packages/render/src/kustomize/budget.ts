import { beyondLimit } from './problem.ts';
import type { RenderLimits } from '../limits.ts';

/** What a build may still do. A base that many kustomizations stand on is built for each of them, so work is counted. */
export class Budget {
  private readonly limits: RenderLimits;
  private kustomizations = 0;
  private bytes = 0;

  constructor(limits: RenderLimits) {
    this.limits = limits;
  }

  /** Counts one more kustomization. Throws RENDER_LIMIT. */
  spendKustomization(): void {
    if (++this.kustomizations > this.limits.maxKustomizations) {
      throw beyondLimit(
        `a build runs more than ${this.limits.maxKustomizations} kustomizations, repeated ones counted again`,
      );
    }
  }

  /** Counts bytes that are parsed. Throws RENDER_LIMIT. */
  spendBytes(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes > this.limits.maxBytes) {
      throw beyondLimit(`a build parses more than ${this.limits.maxBytes} bytes, repeated files counted again`);
    }
  }
}
