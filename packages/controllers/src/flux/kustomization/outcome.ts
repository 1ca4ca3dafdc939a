import type { KubernetesObject } from '@capstan/object';
import type { Draft } from './draft.ts';

/** Reason and message of a condition. */
export interface Words {
  readonly reason: string;
  readonly message: string;
}

/** What a step came to. Steps never write status themselves, but for the intent; `foldOutcome` does. */
export type Outcome<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  /** Something else has to happen first. `ready` becomes Ready=False; without it status goes by `draft`, or stays. */
  | {
      readonly kind: 'waiting';
      readonly requeueAfterMs: number;
      readonly ready?: Words;
      readonly draft?: Draft;
      readonly event?: Words & { readonly revision?: string };
    }
  /** It is tried again after the retry interval, and before that where it may mend with a change of its objects. */
  | {
      readonly kind: 'failed';
      readonly words: Words;
      readonly healthy?: string;
      readonly mends?: boolean;
      /** What the event says, where that is not what the condition says. */
      readonly told?: string;
    }
  /** Nothing but a change of the resource helps. */
  | { readonly kind: 'stopped'; readonly words: Words };

/** A step that went through. */
export function done<Value>(value: Value): Outcome<Value> {
  return { kind: 'done', value };
}

/** A step that failed. */
export function failure(reason: string, message: string): Extract<Outcome<never>, { kind: 'failed' }> {
  return { kind: 'failed', words: { reason, message } };
}

/** How far a reconcile has come: what its Reconciling condition says it is doing. */
export type Phase = 'guarding' | 'fetching' | 'building' | 'detecting' | 'checking';

const doing = {
  fetching: 'Fetching manifests',
  building: 'Building manifests',
  detecting: 'Detecting drift',
  checking: 'Running health checks',
} as const satisfies Readonly<Record<Exclude<Phase, 'guarding'>, string>>;

/** The message of the Reconciling condition in a phase; undefined while the guards are asked. */
export function phaseMessage(phase: Phase, revision: string, timeout: string): string | undefined {
  return phase === 'guarding' ? undefined : `${doing[phase]} for revision ${revision} with a timeout of ${timeout}`;
}

/** The source that a reconcile is of. */
export interface SourceAt {
  readonly object: KubernetesObject;
  readonly revision: string;
}
