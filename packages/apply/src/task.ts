import type { Strategy } from '@capstan/diff';
import type { KubernetesObject, VersionedRef } from '@capstan/object';

/** When a hook's object is deleted. */
export type HookDeletePolicy = 'BeforeHookCreation' | 'HookSucceeded' | 'HookFailed';

/** What makes a task a hook: an object that runs to completion at a phase instead of being kept. */
export interface HookSpec {
  /** The phase's name, as users write it. */
  readonly type: string;
  readonly deletePolicies: readonly HookDeletePolicy[];
}

/** What a task does to its object. */
export type TaskAction =
  | {
      readonly kind: 'apply';
      readonly strategy: Exclude<Strategy, 'delete'>;
      readonly desired: KubernetesObject;
      /** Delete and create again where an update is refused because a field is immutable, or always with `replace`. */
      readonly force: boolean;
      /** Whether the server is asked to refuse unknown fields. */
      readonly validate: boolean;
      /** Do not dry-run: its kind is only known once an earlier task has run. */
      readonly skipDryRun: boolean;
    }
  | {
      readonly kind: 'delete';
      readonly propagation: 'Foreground' | 'Background' | 'Orphan';
      /** Why nothing is deleted after all, in the words shown to the user: prune is off, or the object says no. */
      readonly skip?: string;
      /** Wait until a person has approved. */
      readonly needsApproval: boolean;
    };

/** One object's turn in an operation. Tasks are ordered by phase, wave, kind and name before they come here. */
export interface ApplyTask {
  /** Unique in the plan and stable over restarts: the recorded result is found by it. */
  readonly id: string;
  readonly ref: VersionedRef;
  readonly phase: string;
  readonly wave: number;
  readonly action: TaskAction;
  readonly hook?: HookSpec;
}

/** What became of a task so far, as the resource's status keeps it. */
export interface TaskResult {
  readonly status: 'synced' | 'failed' | 'pruned' | 'prune-skipped';
  /** `running` until its health or completion is known. */
  readonly phase: 'running' | 'succeeded' | 'failed' | 'error';
  readonly message: string;
}

/** How an object is now, as far as ordering cares. `absent`: not there. `unjudged`: its kind has no health. */
export type Observation =
  | { readonly state: 'absent' }
  | {
      readonly state: 'healthy' | 'progressing' | 'degraded' | 'suspended' | 'unjudged' | 'unknown';
      readonly message: string;
      readonly deleting: boolean;
    };
