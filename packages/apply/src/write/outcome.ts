import type { KubernetesObject } from '@capstan/object';

/** What a write came to. `object` is the cluster's answer: the baseline that drift is judged against. */
export type WriteOutcome =
  | {
      readonly action: 'created' | 'configured' | 'unchanged' | 'applied' | 'replaced' | 'recreated';
      readonly object: KubernetesObject;
    }
  /** Deleted, with finalizers or grace still to come when `object` is there. */
  | { readonly action: 'deleted'; readonly object?: KubernetesObject }
  | { readonly action: 'left-alone' };

/** What every write needs. */
export interface WriteContext {
  readonly manager: string;
  readonly signal: AbortSignal;
  /** Ask the server to refuse unknown and duplicate fields. */
  readonly strict?: boolean;
  readonly dryRun?: boolean;
  /** Who asks, for fairness between resources. */
  readonly caller?: string;
}
