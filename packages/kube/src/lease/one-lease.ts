import { isCapstanError } from '@capstan/errors';
import { getKey, type KubernetesObject } from '@capstan/object';
import type { KubeClient } from '../client/kube-client.ts';
import type { Clock } from '../clock.ts';
import { leaseRef, microTime, readLease, writeLease, type LeaseRecord } from './lease-record.ts';

/** One Lease, tried for by one identity. */
export interface LeaseLock {
  readonly name: string;
  /** Takes or renews the Lease. Resolves with whether we hold it; a failure of the API is thrown. */
  tryHold(signal: AbortSignal, timeoutMs: number): Promise<boolean>;
  /** Whether nobody else holds the Lease now; writes nothing. */
  isFree(signal: AbortSignal, timeoutMs: number): Promise<boolean>;
  /** Gives it up where we hold it. */
  release(timeoutMs: number): Promise<void>;
  /** Who held it when it was last read, '' for nobody. */
  readonly holder: string;
}

/** What a lock is made with. */
export interface LockOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly namespace: string;
  readonly name: string;
  readonly identity: string;
  readonly durationMs: number;
}

/**
 * A Lease as client-go's lock has it. Another's record counts as alive until it has not changed for its duration by
 * our own monotonic clock: the times written in it are never compared with ours.
 */
export function leaseLock(options: LockOptions): LeaseLock {
  const { client, clock, identity } = options;
  const ref = leaseRef(options.namespace, options.name);
  let observed: { readonly version: string; readonly at: number; readonly record: LeaseRecord } | undefined;
  let current: KubernetesObject | undefined;

  const observe = (lease: KubernetesObject): LeaseRecord => {
    const version = getKey(lease.metadata, 'resourceVersion');
    const record = readLease(lease);
    // Someone may write other fields of a dead holder's Lease: only its own record keeps it alive.
    const same = observed !== undefined && sameRecord(observed.record, record);
    observed = {
      version: typeof version === 'string' ? version : '',
      record,
      at: same && observed !== undefined ? observed.at : clock.monotonic(),
    };
    current = lease;
    return record;
  };

  const isAlive = (record: LeaseRecord): boolean =>
    record.holder !== '' &&
    clock.monotonic() - (observed?.at ?? 0) < Math.max(record.durationSeconds * 1000, MIN_DURATION_MS);

  const next = (before: LeaseRecord | undefined): LeaseRecord => {
    const now = microTime(clock.now());
    const ours = before?.holder === identity;
    return {
      holder: identity,
      durationSeconds: Math.ceil(options.durationMs / 1000),
      acquireTime: ours ? before.acquireTime : now,
      renewTime: now,
      transitions: before === undefined ? 0 : ours ? before.transitions : before.transitions + 1,
    };
  };

  const take = async (call: { signal: AbortSignal; timeoutMs: number; caller: string }): Promise<boolean> => {
    // While we hold it nobody else writes it, so what we wrote last is what is there: one request, as client-go does.
    const known = observed?.record.holder === identity ? current : undefined;
    const lease = known ?? (await client.find(ref, call));
    if (lease === undefined) {
      observe(await client.create(writeLease(ref, next(undefined)), call));
      return true;
    }
    const record = known === undefined ? observe(lease) : readLease(lease);
    if (record.holder !== identity && isAlive(record)) return false;
    observe(await client.update(writeLease(ref, next(record), lease), call));
    return true;
  };

  return {
    name: options.name,
    isFree: async (signal, timeoutMs) => {
      const lease = await client.find(ref, { signal, timeoutMs, caller: 'lease' });
      if (lease === undefined) return true;
      const record = observe(lease);
      return record.holder === identity || !isAlive(record);
    },
    tryHold: async (signal, timeoutMs) => {
      try {
        return await take({ signal, timeoutMs, caller: 'lease' });
      } catch (error) {
        // Whatever happened, what we know may be old: read again next time.
        current = undefined;
        const raced = isCapstanError(error, 'KUBE_CONFLICT', 'KUBE_ALREADY_EXISTS', 'KUBE_NOT_FOUND');
        if (observed !== undefined && observed.record.holder === identity) observed = undefined;
        if (raced) return false;
        throw error;
      }
    },
    release: async (timeoutMs) => {
      const lease = current;
      if (lease === undefined || observed?.record.holder !== identity) return;
      const now = microTime(clock.now());
      const { transitions } = observed.record;
      const record = { holder: '', durationSeconds: 1, acquireTime: now, renewTime: now, transitions };
      observed = undefined;
      current = undefined;
      await client.update(writeLease(ref, record, lease), { timeoutMs, caller: 'lease' });
    },
    get holder() {
      return observed?.record.holder ?? '';
    },
  };
}

/** A Lease whose duration is 0 or missing is given this long. */
const MIN_DURATION_MS = 1_000;

function sameRecord(a: LeaseRecord, b: LeaseRecord): boolean {
  return a.holder === b.holder && a.renewTime === b.renewTime && a.acquireTime === b.acquireTime;
}
