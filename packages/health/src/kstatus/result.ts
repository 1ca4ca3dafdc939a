import type { Kstatus, KstatusCode } from '../health-status.ts';

/** One of the two conditions that kstatus derives: an object is being worked on, or cannot go on. */
export interface StandardCondition {
  readonly type: 'Reconciling' | 'Stalled';
  readonly status: 'True';
  readonly reason: string;
  readonly message: string;
}

/** kstatus's verdict with the conditions that follow from it. */
export interface KstatusResult extends Kstatus {
  readonly conditions: readonly StandardCondition[];
  /** When time alone may change the verdict, in milliseconds since the epoch; absent: only a change of the object can. */
  readonly recheckAt?: number;
}

/** A verdict without conditions. */
export function plain(status: KstatusCode, message: string): KstatusResult {
  return { status, message, conditions: [] };
}

/** The object is as it should be. */
export function current(message: string): KstatusResult {
  return plain('Current', message);
}

/** The object is being worked on. */
export function inProgress(reason: string, message: string): KstatusResult {
  return { status: 'InProgress', message, conditions: [{ type: 'Reconciling', status: 'True', reason, message }] };
}

/** The object cannot go on. */
export function failed(reason: string, message: string, detail = message): KstatusResult {
  return { status: 'Failed', message, conditions: [{ type: 'Stalled', status: 'True', reason, message: detail }] };
}
