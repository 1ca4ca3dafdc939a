import type { Clock } from '@capstan/kube';
import type { VersionedRef } from '@capstan/object';
import type { OperationState } from '../operation/state.ts';

/** When, and for how long, the end of an operation waits to be told together with what its objects have come to. */
export interface HoldPolicy {
  /** From so many Applications on that wait for their turn. */
  readonly backlog: number;
  readonly ms: number;
}

const defaultPolicy: HoldPolicy = { backlog: 16, ms: 3_000 };

/** The end of an operation that is not on record yet. */
interface HeldOutcome {
  readonly state: OperationState;
  /** Objects that were still progressing. */
  readonly unsettled: readonly VersionedRef[];
  /** Until when, on the monotonic clock. */
  readonly until: number;
}

/**
 * Ends of operations that are told a moment later, while more Applications wait than the cluster can serve: a status
 * costs an API server more than any other write here, and most objects are up within a second. The intent stands on
 * record meanwhile; were the process to die, the operation would go on from there, as after any write.
 */
export class HeldOutcomes {
  readonly #held = new Map<string, HeldOutcome>();
  readonly #clock: Clock;
  readonly #backlog: () => number;
  readonly #policy: HoldPolicy;

  /** `backlog` is how many Applications wait for their turn. */
  constructor(clock: Clock, backlog: () => number, policy = defaultPolicy) {
    this.#clock = clock;
    this.#backlog = backlog;
    this.#policy = policy;
  }

  /** Whether so many Applications wait that what can be told later is. */
  get isBusy(): boolean {
    return this.#backlog() >= this.#policy.backlog;
  }

  /**
   * Holds the end of an operation that stands on record as running, and is not held yet, where that is worth it. Returns
   * for how long.
   */
  hold(owner: string, state: OperationState, unsettled: readonly VersionedRef[]): number | undefined {
    if (unsettled.length === 0 || this.of(owner, state) !== undefined || !this.isBusy) return undefined;
    const { ms } = this.#policy;
    this.#held.set(owner, { state, unsettled, until: this.#clock.monotonic() + ms });
    return ms;
  }

  /** How long an outcome may still be held, and which objects that is for; undefined where its time is over or none is. */
  left(owner: string): { readonly ms: number; readonly unsettled: readonly VersionedRef[] } | undefined {
    const held = this.#held.get(owner);
    const ms = held === undefined ? 0 : held.until - this.#clock.monotonic();
    return held === undefined || ms <= 0 ? undefined : { ms, unsettled: held.unsettled };
  }

  /** The end that is held of an operation, and of no other. It is held no longer once it has been `told`. */
  of(owner: string, { startedAt }: OperationState): OperationState | undefined {
    const state = this.#held.get(owner)?.state;
    return state?.startedAt === startedAt ? state : undefined;
  }

  told(owner: string): void {
    this.#held.delete(owner);
  }
}
