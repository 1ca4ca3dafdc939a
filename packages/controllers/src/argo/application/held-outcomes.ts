import type { VersionedRef } from '@capstan/object';
import type { DestinationCluster } from '../destination/destination-cluster.ts';
import type { OperationState } from '../operation/state.ts';
import type { Operated } from './conclude.ts';
import type { Run, Standing } from './run.ts';

/** When, and for how long, the end of an operation waits to be told together with what its objects have come to. */
export interface HoldPolicy {
  /** From so many Applications on that wait for their turn. */
  readonly backlog: number;
  readonly ms: number;
}

const defaultPolicy: HoldPolicy = { backlog: 16, ms: 3_000 };

/** The end of an operation that is not on record yet. */
interface HeldOutcome {
  readonly operated: Operated;
  /** The operation's, by which it is known again. */
  readonly startedAt: string;
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
  readonly #backlog: () => number;
  readonly #policy: HoldPolicy;

  /** `backlog` is how many Applications wait for their turn. */
  constructor(backlog: () => number, policy = defaultPolicy) {
    this.#backlog = backlog;
    this.#policy = policy;
  }

  /** Holds the outcome of an operation that stands on record as running, where that is worth it. Returns how long. */
  hold(run: Run, { state }: Operated, { comparison }: Standing): number | undefined {
    if (state.phase !== 'Succeeded' || comparison.health !== 'Progressing') return undefined;
    if (this.#held.get(run.owner)?.startedAt === state.startedAt || this.#backlog() < this.#policy.backlog)
      return undefined;
    const { health } = run.shared;
    const unsettled = comparison.managed
      .filter(({ live }) => live !== undefined && health.judge(live)?.status === 'Progressing')
      .map(({ ref }) => ref);
    if (unsettled.length === 0) return undefined;
    const { ms } = this.#policy;
    const until = run.shared.engine.clock.monotonic() + ms;
    this.#held.set(run.owner, { operated: { state }, startedAt: state.startedAt, unsettled, until });
    return ms;
  }

  /** How long an outcome goes on being held; undefined where there is none, or no reason any more. */
  async left(run: Run, { cluster }: DestinationCluster): Promise<number | undefined> {
    const held = this.#held.get(run.owner);
    if (held === undefined) return undefined;
    const left = held.until - run.shared.engine.clock.monotonic();
    if (left <= 0) return undefined;
    for (const ref of held.unsettled) {
      const live = await cluster.live.get(ref, run.signal);
      if (live !== undefined && run.shared.health.judge(live)?.status === 'Progressing') return left;
    }
    return undefined;
  }

  /** The outcome that is held of an operation: of no other. It is held no longer once it has been `told`. */
  of(run: Run, operation: OperationState): Operated | undefined {
    const held = this.#held.get(run.owner);
    return held?.startedAt === operation.startedAt ? held.operated : undefined;
  }

  told(owner: string): void {
    this.#held.delete(owner);
  }
}
