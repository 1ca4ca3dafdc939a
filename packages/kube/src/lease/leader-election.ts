/** Where a Lease stands and how it is kept, as client-go's leader election. Durations in milliseconds. */
export interface LeaseSettings {
  readonly namespace: string;
  readonly name: string;
  /** Who holds it: unique to the process. */
  readonly identity: string;
  /** How long others wait before they take over; 35 s unless given (Flux's setting). */
  readonly leaseDurationMs?: number;
  /** How long the holder tries to renew before it stops; 30 s unless given. Less than the lease's duration. */
  readonly renewDeadlineMs?: number;
  /** How long between attempts; 5 s unless given. */
  readonly retryPeriodMs?: number;
}

/** Leadership, while it lasts: of all the Leases asked for, or of none. */
export interface Leadership {
  /** Aborted the moment leadership may have ended, before any Lease can pass to another. Reason: LEASE_LOST. */
  readonly signal: AbortSignal;
  /** Gives every Lease up, so that another need not wait. */
  release(): Promise<void>;
}
