import { CapstanError } from '@capstan/errors';
import { isTimeZone, zoneOffset } from './time-zone.ts';

/** When a schedule falls due. */
export interface Schedule {
  /** The first moment after `after` at which it falls due, both in milliseconds since the epoch; undefined for never. */
  next(after: number): number | undefined;
}

interface Field {
  readonly min: number;
  readonly max: number;
  readonly names?: ReadonlyMap<string, number>;
}

/** The values that a field takes, and whether that was said with a star. */
interface Values {
  readonly taken: ReadonlySet<number>;
  readonly star: boolean;
}

const namesFrom = (first: number, names: string): ReadonlyMap<string, number> =>
  new Map(names.split(' ').map((name, index) => [name, first + index]));

const minutes: Field = { min: 0, max: 59 };
const hours: Field = { min: 0, max: 23 };
const days: Field = { min: 1, max: 31 };
const months: Field = { min: 1, max: 12, names: namesFrom(1, 'jan feb mar apr may jun jul aug sep oct nov dec') };
const weekdays: Field = { min: 0, max: 6, names: namesFrom(0, 'sun mon tue wed thu fri sat') };

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** How many years ahead a moment is looked for. */
const YEARS = 5;
const MAX_SCHEDULES = 1_000;

const schedules = new Map<string, Schedule>();

/**
 * Reads a schedule as Argo CD's sync windows have it (robfig/cron without descriptors): minute, hour, day of month,
 * month, day of week, each a list of `*`, `?`, numbers, names and ranges, perhaps with steps; before them perhaps
 * `TZ=` or `CRON_TZ=` with a zone. Where neither day is a star, either makes a match. Times are UTC unless a zone is
 * named. Throws SPEC_INVALID.
 */
export function parseSchedule(text: string): Schedule {
  const known = schedules.get(text);
  if (known !== undefined) return known;
  const schedule = readSchedule(text);
  schedules.set(text, schedule);
  if (schedules.size > MAX_SCHEDULES) for (const oldest of schedules.keys()) if (schedules.delete(oldest)) break;
  return schedule;
}

function readSchedule(whole: string): Schedule {
  if (whole === '') throw invalid('empty spec string');
  const [, zone, rest] = /^(?:CRON_)?TZ=([^ ]*)(.*)$/s.exec(whole) ?? [];
  if (zone !== undefined && !isTimeZone(zone))
    throw invalid(`provided bad location ${zone}: unknown time zone ${zone}`);
  const text = rest?.trim() ?? whole;
  if (text.startsWith('@')) throw invalid(`parser does not accept descriptors: ${text}`);
  const fields = text.split(/\s+/).filter((field) => field !== '');
  const [minute, hour, day, month, weekday] = fields;
  if (minute === undefined || hour === undefined || day === undefined || month === undefined || weekday === undefined)
    throw wrongCount(fields);
  if (fields.length > 5) throw wrongCount(fields);
  const read = {
    minute: readField(minute, minutes),
    hour: readField(hour, hours),
    day: readField(day, days),
    month: readField(month, months),
    weekday: readField(weekday, weekdays),
  };
  return {
    next: (after) => {
      if (zone === undefined || zone === '') return nextUtc(read, after);
      const wall = nextUtc(read, after + zoneOffset(zone, after));
      if (wall === undefined) return undefined;
      return wall - zoneOffset(zone, wall - zoneOffset(zone, wall));
    },
  };
}

function nextUtc(
  fields: Readonly<Record<'minute' | 'hour' | 'day' | 'month' | 'weekday', Values>>,
  after: number,
): number | undefined {
  const first = Math.floor(after / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  const end = Date.UTC(new Date(first).getUTCFullYear() + YEARS + 1, 0, 1);
  const hoursTaken = [...fields.hour.taken].sort((a, b) => a - b);
  const minutesTaken = [...fields.minute.taken].sort((a, b) => a - b);
  for (let day = Math.floor(first / DAY_MS) * DAY_MS; day < end; day += DAY_MS) {
    const date = new Date(day);
    if (!fields.month.taken.has(date.getUTCMonth() + 1) || !isDay(fields, date)) continue;
    for (const hour of hoursTaken)
      for (const minute of minutesTaken) {
        const at = day + (hour * 60 + minute) * MINUTE_MS;
        if (at >= first) return at;
      }
  }
  return undefined;
}

function isDay({ day, weekday }: { readonly day: Values; readonly weekday: Values }, date: Date): boolean {
  const isOfMonth = day.taken.has(date.getUTCDate());
  const isOfWeek = weekday.taken.has(date.getUTCDay());
  return day.star || weekday.star ? isOfMonth && isOfWeek : isOfMonth || isOfWeek;
}

function readField(text: string, field: Field): Values {
  const taken = new Set<number>();
  let star = false;
  for (const part of text.split(',')) {
    if (part === '') continue;
    const range = readRange(part, field);
    if (range.star) star = true;
    for (let value = range.start; value <= range.end; value += range.step) taken.add(value);
  }
  return { taken, star };
}

function readRange(text: string, field: Field): { start: number; end: number; step: number; star: boolean } {
  const [range = '', stepText, ...moreSteps] = text.split('/');
  const [low = '', high, ...moreEnds] = range.split('-');
  const isStar = low === '*' || low === '?';
  if (!isStar && moreEnds.length > 0) throw invalid(`too many hyphens: ${text}`);
  const start = isStar ? field.min : readValue(low, field);
  let end = isStar ? field.max : high === undefined ? start : readValue(high, field);
  if (moreSteps.length > 0) throw invalid(`too many slashes: ${text}`);
  const step = stepText === undefined ? 1 : readNumber(stepText);
  // A single value with a step begins a range that goes to the end.
  if (stepText !== undefined && high === undefined) end = field.max;
  if (start < field.min) throw invalid(`beginning of range (${start}) below minimum (${field.min}): ${text}`);
  if (end > field.max) throw invalid(`end of range (${end}) above maximum (${field.max}): ${text}`);
  if (start > end) throw invalid(`beginning of range (${start}) beyond end of range (${end}): ${text}`);
  if (step === 0) throw invalid(`step of range should be a positive number: ${text}`);
  return { start, end, step, star: isStar && step === 1 };
}

function readValue(text: string, field: Field): number {
  return field.names?.get(text.toLowerCase()) ?? readNumber(text);
}

function readNumber(text: string): number {
  if (!/^[+-]?\d+$/.test(text))
    throw invalid(`failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw invalid(
      `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: value out of range`,
    );
  if (value < 0) throw invalid(`negative number (${value}) not allowed: ${text}`);
  return value;
}

function wrongCount(fields: readonly string[]): CapstanError {
  return invalid(`expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`);
}

function invalid(message: string): CapstanError {
  return new CapstanError('SPEC_INVALID', message);
}
