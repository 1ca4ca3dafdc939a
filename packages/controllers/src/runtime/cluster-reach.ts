import { CapstanError, messageOf } from '@capstan/errors';
import { backoffDelay, type BackoffPolicy, type CallObserver, type Clock } from '@capstan/kube';

/** Whether a cluster can be reached: not asked yet, yes, or no. */
export type ReachState = 'unknown' | 'up' | 'down';

/** With calls under way and no answer to any of them for so long, a cluster is asked whether it is there. */
const STALL_MS = 3_000;
/** A cluster that nothing has been heard of for so long is asked whether it is there. */
const HEARTBEAT_MS = 30_000;
const BACKOFF: BackoffPolicy = { baseMs: 1_000, factor: 2, maxMs: 30_000, jitter: 0.3 };

/** What a reach is made with. */
export interface ReachOptions {
  readonly server: string;
  readonly clock: Clock;
  readonly random: () => number;
  /** Asks whether the cluster is there; rejects with why not. */
  readonly probe: (signal: AbortSignal) => Promise<void>;
  /** It has come up or gone down. */
  readonly onChange: (state: 'up' | 'down') => void;
}

/**
 * Whether one cluster can be reached, so that nobody waits for one that cannot: what is under way is ended when it goes
 * down, and it is asked again and again, by itself, until it is back.
 */
export class ClusterReach {
  readonly #options: ReachOptions;
  readonly #stop = new AbortController();
  #state: ReachState = 'unknown';
  #problem = '';
  #calls = new AbortController();
  #probing: Promise<void> | undefined;
  #failures = 0;
  #inFlight = 0;
  #heardAt = 0;
  #cancelWatchdog: (() => void) | undefined;
  #cancelRetry: (() => void) | undefined;
  #cancelHeartbeat: (() => void) | undefined;

  constructor(options: ReachOptions) {
    this.#options = options;
  }

  get state(): ReachState {
    return this.#state;
  }

  /** Why it cannot be reached. */
  get problem(): string {
    return this.#problem;
  }

  /** Aborted when the cluster goes down: what waits for it need not wait on. */
  get signal(): AbortSignal {
    return this.#calls.signal;
  }

  /** To be told of the calls that are made. */
  readonly observer: CallObserver = {
    begun: () => {
      if (this.#inFlight++ === 0) this.#heardAt = this.#options.clock.monotonic();
      this.#watch();
      return (outcome) => {
        this.#inFlight -= 1;
        if (outcome === 'answered') this.#heardAt = this.#options.clock.monotonic();
        else this.suspect();
        if (this.#inFlight > 0) return;
        this.#cancelWatchdog?.();
        this.#cancelWatchdog = undefined;
      };
    },
  };

  /** Finds out, where that is not known: `onChange` tells. */
  look(): void {
    if (this.#state === 'unknown') this.suspect();
  }

  /** Something went wrong with it: asks whether it is there. */
  suspect(): void {
    if (this.#state !== 'down') this.#ask();
  }

  /** Nobody asks any more; what is under way is ended. */
  close(): void {
    this.#stop.abort(new Error('the cluster is closed'));
    this.#cancelRetry?.();
    this.#cancelWatchdog?.();
    this.#cancelHeartbeat?.();
    this.#calls.abort(this.#unreachable('it is declared otherwise, or no longer'));
  }

  #watch(): void {
    this.#cancelWatchdog ??= this.#options.clock.after(STALL_MS, () => {
      this.#cancelWatchdog = undefined;
      if (this.#inFlight === 0) return;
      if (this.#options.clock.monotonic() - this.#heardAt >= STALL_MS) this.suspect();
      this.#watch();
    });
  }

  #beat(): void {
    this.#cancelHeartbeat?.();
    if (this.#stop.signal.aborted) return;
    this.#cancelHeartbeat = this.#options.clock.after(HEARTBEAT_MS, () => {
      if (this.#state !== 'up') return;
      if (this.#options.clock.monotonic() - this.#heardAt >= HEARTBEAT_MS) this.suspect();
      else this.#beat();
    });
  }

  #ask(): void {
    if (this.#probing !== undefined || this.#stop.signal.aborted) return;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    this.#probing = this.#options.probe(this.#stop.signal).then(
      () => {
        this.#probing = undefined;
        this.#failures = 0;
        this.#heardAt = this.#options.clock.monotonic();
        this.#become('up', '');
        this.#beat();
      },
      (error: unknown) => {
        this.#probing = undefined;
        if (this.#stop.signal.aborted) return;
        this.#failures += 1;
        this.#become('down', messageOf(error));
        const wait = backoffDelay(BACKOFF, this.#failures, this.#options.random);
        this.#cancelRetry = this.#options.clock.after(wait, () => this.#ask());
      },
    );
  }

  #become(state: 'up' | 'down', problem: string): void {
    if (this.#stop.signal.aborted) return;
    const isNews = state !== this.#state;
    this.#state = state;
    // Why it is down may change: the first reason stands, so that nobody's status follows each attempt.
    if (isNews) this.#problem = problem;
    if (!isNews) return;
    if (state === 'down') this.#calls.abort(this.#unreachable(problem));
    else if (this.#calls.signal.aborted) this.#calls = new AbortController();
    this.#options.onChange(state);
  }

  #unreachable(why: string): CapstanError {
    const { server } = this.#options;
    return new CapstanError('KUBE_UNREACHABLE', `the cluster ${server} cannot be reached: ${why}`, {
      data: { server },
    });
  }
}
