import { CapstanError, messageOf } from '@capstan/errors';
import type { KubeClient } from '../client/kube-client.ts';
import { sleep, systemClock, type Clock } from '../clock.ts';
import type { Leadership, LeaseSettings } from './leader-election.ts';
import { leaseLock, type LeaseLock } from './one-lease.ts';

const DEFAULTS = { leaseDurationMs: 35_000, renewDeadlineMs: 30_000, retryPeriodMs: 5_000 } as const;
/** How far apart attempts drift at random, as a share of the period: rivals must not keep meeting. */
const JITTER = 1.2;
const RELEASE_TIMEOUT_MS = 5_000;

/** What an election is held with. */
export interface ElectionOptions {
  readonly client: KubeClient;
  /** The Leases that must all be ours. Their settings of time are those of the first. */
  readonly leases: readonly LeaseSettings[];
  /** Ends the waiting, or the leadership: every Lease is given up. */
  readonly signal: AbortSignal;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** Called when a Lease is seen to be held by someone else, once a holder. */
  readonly onWaiting?: (lease: string, holder: string) => void;
  /** A failed attempt, for logs. */
  readonly onFailure?: (error: unknown) => void;
}

/**
 * Waits until every Lease is ours, taken in the order given, and keeps them. The leadership's signal is aborted with
 * LEASE_LOST when they could not all be renewed within the renew deadline, counted on the monotonic clock from before
 * the last renewal was sent: so we stop before a Lease can pass to another, however long this process was paused.
 * Rejects with the signal's reason when it is aborted first.
 */
export async function electLeader(options: ElectionOptions): Promise<Leadership> {
  const settings = timesOf(options.leases);
  const clock = options.clock ?? systemClock();
  const locks = options.leases.map(({ namespace, name, identity }) =>
    leaseLock({ client: options.client, clock, namespace, name, identity, durationMs: settings.leaseDurationMs }),
  );
  const election = new Election(options, locks, settings, clock);
  await election.acquire();
  return election.keep();
}

interface Times {
  readonly leaseDurationMs: number;
  readonly renewDeadlineMs: number;
  readonly retryPeriodMs: number;
}

function timesOf(leases: readonly LeaseSettings[]): Times {
  const [first] = leases;
  if (first === undefined) throw new TypeError('an election needs a Lease');
  const times = {
    leaseDurationMs: first.leaseDurationMs ?? DEFAULTS.leaseDurationMs,
    renewDeadlineMs: first.renewDeadlineMs ?? DEFAULTS.renewDeadlineMs,
    retryPeriodMs: first.retryPeriodMs ?? DEFAULTS.retryPeriodMs,
  };
  if (times.renewDeadlineMs >= times.leaseDurationMs || times.retryPeriodMs * JITTER >= times.renewDeadlineMs) {
    throw new TypeError('a Lease must last longer than its renew deadline, and that longer than the retry period');
  }
  return times;
}

class Election {
  readonly #options: ElectionOptions;
  readonly #locks: readonly LeaseLock[];
  readonly #times: Times;
  readonly #clock: Clock;
  readonly #leader = new AbortController();
  #renewedAt = 0;
  #released: Promise<void> | undefined;
  #keeping: Promise<void> = Promise.resolve();
  #cancelDeadline: () => void = () => undefined;

  constructor(options: ElectionOptions, locks: readonly LeaseLock[], times: Times, clock: Clock) {
    this.#options = options;
    this.#locks = locks;
    this.#times = times;
    this.#clock = clock;
  }

  async acquire(): Promise<void> {
    const { signal } = this.#options;
    const told = new Map<string, string>();
    for (;;) {
      const startedAt = this.#clock.monotonic();
      if (await this.#tryTogether(signal, (lock) => this.#tell(told, lock))) {
        this.#renewedAt = startedAt;
        return;
      }
      try {
        await sleep(this.#clock, this.#period(), signal);
      } catch (error) {
        await this.#giveUp();
        throw error;
      }
    }
  }

  keep(): Leadership {
    const { signal } = this.#options;
    const onAbort = (): void => void this.#release().catch((error: unknown) => this.#options.onFailure?.(error));
    signal.addEventListener('abort', onAbort, { once: true });
    this.#leader.signal.addEventListener(
      'abort',
      () => {
        this.#cancelDeadline();
        signal.removeEventListener('abort', onAbort);
      },
      { once: true },
    );
    this.#armDeadline();
    this.#keeping = this.#renewLoop();
    return { signal: this.#leader.signal, release: () => this.#release() };
  }

  /** Fires at the deadline of the last renewal unless a later one has moved it: a hung request cannot hold it up. */
  #armDeadline(): void {
    const left = this.#renewedAt + this.#times.renewDeadlineMs - this.#clock.monotonic();
    if (left <= 0) return this.#lose();
    this.#cancelDeadline = this.#clock.after(left, () => this.#armDeadline());
  }

  async #renewLoop(): Promise<void> {
    const { signal } = this.#leader;
    while (!signal.aborted) {
      await sleep(this.#clock, this.#times.retryPeriodMs, signal).catch(ended);
      if (signal.aborted) return;
      // The time is taken before the request: the server counts from when it stores it, which is later.
      const startedAt = this.#clock.monotonic();
      if (startedAt - this.#renewedAt >= this.#times.renewDeadlineMs) return this.#lose();
      if (await this.#tryAll(signal, (lock) => (lock.holder === '' ? undefined : this.#lose()))) {
        this.#renewedAt = startedAt;
      }
    }
  }

  /** Takes all or none: holding some while another is busy would stop whoever serves under those. */
  async #tryTogether(signal: AbortSignal, onHeldByOther: (lock: LeaseLock) => void): Promise<boolean> {
    for (const lock of this.#locks) {
      try {
        if (await lock.isFree(signal, this.#times.renewDeadlineMs)) continue;
        onHeldByOther(lock);
        return false;
      } catch (error) {
        if (!signal.aborted) this.#options.onFailure?.(error);
        return false;
      }
    }
    if (await this.#tryAll(signal, onHeldByOther)) return true;
    await this.#giveUp();
    return false;
  }

  async #tryAll(signal: AbortSignal, onHeldByOther: (lock: LeaseLock) => void): Promise<boolean> {
    for (const lock of this.#locks) {
      try {
        if (await lock.tryHold(signal, this.#times.renewDeadlineMs)) continue;
        onHeldByOther(lock);
        return false;
      } catch (error) {
        if (!signal.aborted) this.#options.onFailure?.(error);
        return false;
      }
    }
    return true;
  }

  #tell(told: Map<string, string>, lock: LeaseLock): void {
    if (lock.holder === '' || told.get(lock.name) === lock.holder) return;
    told.set(lock.name, lock.holder);
    this.#options.onWaiting?.(lock.name, lock.holder);
  }

  #period(): number {
    const random = this.#options.random ?? Math.random;
    return this.#times.retryPeriodMs * (1 + (JITTER - 1) * random());
  }

  #lose(): void {
    if (this.#leader.signal.aborted) return;
    const names = this.#locks.map(({ name }) => name).join(', ');
    const text = `leadership has ended: the Lease was not renewed in time, or another took it (${names})`;
    this.#leader.abort(new CapstanError('LEASE_LOST', text, { data: { leases: names } }));
  }

  #release(): Promise<void> {
    this.#released ??= (async () => {
      const mayRelease = !this.#leader.signal.aborted;
      this.#leader.abort(new CapstanError('LEASE_LOST', 'leadership was given up'));
      await this.#keeping;
      if (mayRelease) await this.#giveUp();
    })();
    return this.#released;
  }

  async #giveUp(): Promise<void> {
    for (const lock of this.#locks) {
      // One that cannot be given up ends by itself; the others still can.
      await lock.release(RELEASE_TIMEOUT_MS).catch((error: unknown) => {
        this.#options.onFailure?.(
          new CapstanError('LEASE_LOST', `${lock.name}: ${messageOf(error)}`, { cause: error }),
        );
      });
    }
  }
}

function ended(): void {
  // The loop looks at the signal next.
}
