const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MACROS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
/** How far ahead a next time is looked for: five years of minutes, skipping whole days that do not fit. */
const MAX_DAYS = 366 * 5;
const MINUTE = 60_000;

/** A parsed schedule: which minutes, hours, days, months and weekdays fit. */
export interface CronSchedule {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
  /** Whether both days and weekdays are restricted: then either is enough. */
  readonly either: boolean;
}

/** Parses a five-field schedule or a macro such as `@hourly`; undefined where it is none. */
export function parseCron(text: string): CronSchedule | undefined {
  const fields = (MACROS[text] ?? text).trim().split(/\s+/);
  if (fields.length !== 5) return undefined;
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = fields;
  const minutes = parseField(minute, 0, 59, []);
  const hours = parseField(hour, 0, 23, []);
  const days = parseField(day, 1, 31, []);
  const months = parseField(month, 1, 12, MONTHS);
  const weekdays = parseField(weekday, 0, 7, DAYS);
  if (!minutes || !hours || !days || !months || !weekdays) return undefined;
  if (weekdays.has(7)) weekdays.add(0);
  return { minutes, hours, days, months, weekdays, either: !isAny(day) && !isAny(weekday) };
}

/** How far a zone's clocks are ahead of UTC at a time, in milliseconds. */
export type ZoneOffset = (at: Date) => number;

const UTC: ZoneOffset = () => 0;

/** A time zone by its name, `Europe/Paris`; UTC for an empty one, undefined for one that is not known. */
export function zoneOffset(name: string): ZoneOffset | undefined {
  if (name === '') return UTC;
  const parts = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;
  const numeric = Object.fromEntries(parts.map((part) => [part, 'numeric']));
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: name, hourCycle: 'h23', calendar: 'gregory', ...numeric });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  return (at) => {
    const shown = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.map((part) => shown.get(part) ?? 0);
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at.getTime() / 1000) * 1000;
  };
}

/** The first fitting time after `from` by the clocks of a zone; undefined where none is near. */
export function nextTime(schedule: CronSchedule, from: Date, offset: ZoneOffset = UTC): Date | undefined {
  let local = new Date(from.getTime() + offset(from));
  for (;;) {
    const next = nextUtcTime(schedule, local);
    if (next === undefined) return undefined;
    const guess = new Date(next.getTime() - offset(from));
    const time = new Date(next.getTime() - offset(guess));
    if (time.getTime() > from.getTime()) return time;
    // Clocks were put back over it: it has been already.
    local = next;
  }
}

function nextUtcTime(schedule: CronSchedule, from: Date): Date | undefined {
  const start = new Date((Math.floor(from.getTime() / MINUTE) + 1) * MINUTE);
  let day = Date.UTC(start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate());
  for (let count = 0; count < MAX_DAYS; count++, day += 24 * 60 * MINUTE) {
    if (!fitsDay(schedule, new Date(day))) continue;
    for (let minute = 0; minute < 24 * 60; minute++) {
      const time = day + minute * MINUTE;
      if (time < start.getTime()) continue;
      if (schedule.hours.has(Math.floor(minute / 60)) && schedule.minutes.has(minute % 60)) return new Date(time);
    }
  }
  return undefined;
}

function fitsDay(schedule: CronSchedule, day: Date): boolean {
  if (!schedule.months.has(day.getUTCMonth() + 1)) return false;
  const byDate = schedule.days.has(day.getUTCDate());
  const byWeekday = schedule.weekdays.has(day.getUTCDay());
  return schedule.either ? byDate || byWeekday : byDate && byWeekday;
}

function isAny(field: string): boolean {
  return field === '*' || field === '?' || field.startsWith('*/');
}

function parseField(field: string, low: number, high: number, names: readonly string[]): Set<number> | undefined {
  const result = new Set<number>();
  for (const part of field.split(',')) {
    const match = /^(\*|\?|[\da-z]+)(?:-([\da-z]+))?(?:\/(\d+))?$/i.exec(part);
    if (match === null) return undefined;
    const [, first = '', last, step] = match;
    const any = first === '*' || first === '?';
    const from = any ? low : numberOf(first, names, low);
    const to = last !== undefined ? numberOf(last, names, low) : any || step !== undefined ? high : from;
    const by = step === undefined ? 1 : Number(step);
    if (Number.isNaN(from) || Number.isNaN(to) || from < low || to > high || from > to || by < 1) return undefined;
    for (let value = from; value <= to; value += by) result.add(value);
  }
  return result;
}

function numberOf(text: string, names: readonly string[], low: number): number {
  const index = names.indexOf(text.toLowerCase());
  if (index >= 0) return index + (names === MONTHS ? low : 0);
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}
