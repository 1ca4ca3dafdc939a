import { CapstanError } from '@capstan/errors';

const MICROSECOND = 1000n;
const MILLISECOND = 1000n * MICROSECOND;
const SECOND = 1000n * MILLISECOND;
const MINUTE = 60n * SECOND;
const HOUR = 60n * MINUTE;
const MAX_INT64 = 2n ** 63n - 1n;

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', MICROSECOND],
  ['µs', MICROSECOND],
  ['μs', MICROSECOND],
  ['ms', MILLISECOND],
  ['s', SECOND],
  ['m', MINUTE],
  ['h', HOUR],
]);
const PART = /(\d*)(\.\d*)?([^\d.]*)/y;

/**
 * Reads a duration as Go's time.ParseDuration does (`1h30m`, `-1.5s`, `0`), into nanoseconds within int64.
 * Throws DURATION_INVALID, with Go's words.
 */
export function parseDuration(text: string): bigint {
  const negative = text.startsWith('-');
  const body = /^[-+]/.test(text) ? text.slice(1) : text;
  if (body === '0') return 0n;
  if (body === '') throw invalid(`invalid duration ${JSON.stringify(text)}`);
  let total = 0n;
  for (let at = 0; at < body.length;) {
    PART.lastIndex = at;
    const [part = '', digits = '', dotted = '', unit = ''] = PART.exec(body) ?? [];
    if (digits === '' && dotted.length < 2) throw invalid(`invalid duration ${JSON.stringify(text)}`);
    if (unit === '') throw invalid(`missing unit in duration ${JSON.stringify(text)}`);
    const size = UNITS.get(unit);
    if (size === undefined) throw invalid(`unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`);
    total += BigInt(digits.slice(0, 40) || '0') * size + fractionOf(dotted.slice(1), size);
    if (total > MAX_INT64 + (negative ? 1n : 0n) || digits.length > 40) {
      throw invalid(`invalid duration ${JSON.stringify(text)}`);
    }
    at += part.length;
  }
  return negative ? -total : total;
}

/** Go takes as many digits as fit int64, reckons in float64 and cuts what is left. */
function fractionOf(digits: string, unit: bigint): bigint {
  let value = 0n;
  let scale = 1;
  for (const digit of digits) {
    const next = value * 10n + BigInt(digit);
    if (next > MAX_INT64) break;
    value = next;
    scale *= 10;
  }
  return BigInt(Math.trunc(Number(value) * (Number(unit) / scale)));
}

/** A duration in nanoseconds as Go prints it, and metav1.Duration: `1h30m0s`, `1.5s`, `100ms`, `0s`. */
export function formatDuration(nanoseconds: bigint): string {
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const sign = nanoseconds < 0n ? '-' : '';
  if (size === 0n) return '0s';
  if (size < MICROSECOND) return `${sign}${size}ns`;
  if (size < MILLISECOND) return `${sign}${decimal(size, MICROSECOND)}µs`;
  if (size < SECOND) return `${sign}${decimal(size, MILLISECOND)}ms`;
  const hours = size / HOUR;
  const minutes = (size / MINUTE) % 60n;
  const seconds = `${decimal(size % MINUTE, SECOND)}s`;
  if (hours > 0n) return `${sign}${hours}h${minutes}m${seconds}`;
  return minutes > 0n ? `${sign}${minutes}m${seconds}` : `${sign}${seconds}`;
}

/** `parseDuration` in milliseconds, cut to whole ones; for timers. Throws DURATION_INVALID. */
export function durationMilliseconds(text: string): number {
  return Number(parseDuration(text) / MILLISECOND);
}

function decimal(size: bigint, unit: bigint): string {
  const places = unit.toString().length - 1;
  const fraction = (size % unit).toString().padStart(places, '0').replace(/0+$/, '');
  return fraction === '' ? `${size / unit}` : `${size / unit}.${fraction}`;
}

function invalid(message: string): CapstanError<'DURATION_INVALID'> {
  return new CapstanError('DURATION_INVALID', `time: ${message}`);
}
