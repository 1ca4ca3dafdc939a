import type { KubernetesObject } from '@capstan/object';
import { healthCodes, type HealthCode, type HealthStatus } from '../../health-status.ts';
import { verdict } from '../verdict.ts';
import type { Value } from './value.ts';

/** What a check says of an object. Both come from the object in some kinds, so that they may be anything. */
export interface Verdict {
  readonly status: Value;
  readonly message: Value;
}

/** The check of one kind. Throws `HEALTH_UNREADABLE` where upstream's check would fail. */
export type Check = (object: KubernetesObject) => Verdict;

/** The checks of one API group. `*` as the kind is every kind; a group may start with `*`, for any text. */
export interface GroupChecks {
  readonly group: string;
  readonly kinds: Readonly<Record<string, Check>>;
}

/** A verdict of a status and a message. */
export function judged(status: Value, message?: Value): Verdict {
  return { status, message };
}

export const healthy = (message?: Value): Verdict => judged('Healthy', message);
export const suspended = (message?: Value): Verdict => judged('Suspended', message);
export const progressing = (message?: Value): Verdict => judged('Progressing', message);
export const missing = (message?: Value): Verdict => judged('Missing', message);
export const degraded = (message?: Value): Verdict => judged('Degraded', message);
export const unknown = (message?: Value): Verdict => judged('Unknown', message);

/** The verdict of a check that found nothing to say. */
export const silent: Verdict = judged(undefined);

/** `check` where the object has a status; `otherwise` where it has none. */
export function withStatus(otherwise: Verdict, check: Check): Check {
  return (object) => (object['status'] === undefined || object['status'] === null ? otherwise : check(object));
}

function isCode(status: Value): status is HealthCode {
  return (healthCodes as readonly Value[]).includes(status);
}

/**
 * The health that a verdict comes to (util/lua ExecuteHealthLua). A status that is no code is Unknown. Of a verdict
 * that says nothing, or whose status or message is no text, upstream makes an empty status, which neither counts for
 * an Application nor lets a wave go on: here that is Progressing without a message.
 */
export function settle({ status, message }: Verdict): HealthStatus {
  const isSilent = status === undefined && message === undefined;
  const isText = [status, message].every((part) => part === undefined || typeof part === 'string');
  if (isSilent || !isText) return verdict('Progressing');
  if (!isCode(status)) return verdict('Unknown', 'Lua returned an invalid health status');
  return verdict(status, typeof message === 'string' ? message : '');
}
