import { CapstanError, messageOf } from '@capstan/errors';
import { durationMilliseconds } from '@capstan/object';

/** A duration of a flag in milliseconds: `90s`, `5m`. Throws USAGE. */
export function durationFlag(flag: string, text: string): number {
  try {
    return durationMilliseconds(text);
  } catch (error) {
    throw new CapstanError('USAGE', `${flag} ${text}: ${messageOf(error)}`);
  }
}
