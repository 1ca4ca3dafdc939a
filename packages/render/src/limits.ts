/** What one render may take; beyond it throws RENDER_LIMIT. */
export interface RenderLimits {
  /** Files read. */
  readonly maxFiles: number;
  /** Bytes read, all files together; a build of kustomizations may parse as many, repeated files counted again. */
  readonly maxBytes: number;
  /** Objects in the result and in any step before it. */
  readonly maxObjects: number;
  /** Kustomizations that are run, each as often as others stand on it. */
  readonly maxKustomizations: number;
  /** Kustomizations that stand on each other. */
  readonly maxDepth: number;
  /** Files and repositories that are got from elsewhere, where that is allowed. */
  readonly maxRemotes: number;
}

/** The limits of a render that is given none. */
export const DEFAULT_RENDER_LIMITS: RenderLimits = {
  maxFiles: 20_000,
  maxBytes: 100 * 1024 * 1024,
  maxObjects: 50_000,
  maxKustomizations: 5_000,
  maxDepth: 64,
  maxRemotes: 100,
};
