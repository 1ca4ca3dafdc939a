import type { JsonArray, JsonValue } from '@capstan/object';
import { preview, previewWithType } from './encode.ts';
import { isNumber, toIndex } from './numbers.ts';
import { failAbout, JqError } from './run.ts';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** Formats that stand for others. */
const COMPOUND: Readonly<Record<string, string>> = {
  T: '%H:%M:%S',
  D: '%m/%d/%y',
  F: '%Y-%m-%d',
  R: '%H:%M',
  r: '%I:%M:%S %p',
  c: '%a %b %e %H:%M:%S %Y',
  x: '%m/%d/%y',
  X: '%H:%M:%S',
  h: '%b',
};

const DAY = 86_400;

/** `gmtime`: year, month from 0, day, hour, minute, second with its fraction, weekday, day of the year from 0. */
export function brokenDown(value: JsonValue): JsonValue {
  if (!isNumber(value)) failAbout('gmtime cannot be applied to', value);
  const seconds = Number(value);
  const whole = Math.floor(seconds);
  const date = new Date(whole * 1000);
  if (Number.isNaN(date.getTime())) failAbout('gmtime cannot be applied to', value);
  return [
    date.getUTCFullYear(),
    date.getUTCMonth(),
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds() + (seconds - whole),
    date.getUTCDay(),
    dayOfYear(date),
  ];
}

/** `mktime`: the seconds since 1970 of a broken-down time. @throws JqError */
export function epochOf(name: string, value: JsonValue): number {
  if (!Array.isArray(value)) failAbout(`${name} cannot be applied to`, value);
  const parts = [0, 0, 0, 0, 0, 0];
  for (const [at, part] of (value as JsonArray).slice(0, 8).entries()) {
    const number = at === 5 && isNumber(part) ? Number(part) : toIndex(part);
    if (number === undefined)
      throw new JqError(`${name} cannot be applied to ${preview(value)}: expected an array of 8 numbers`);
    if (at < parts.length) parts[at] = number;
  }
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  date.setUTCHours(hour, minute, Math.floor(second));
  return date.getTime() / 1000 + (second - Math.floor(second));
}

/** `strftime`, in UTC. @throws JqError */
export function formatDate(value: JsonValue, pattern: JsonValue): JsonValue {
  const parts = isNumber(value) ? brokenDown(value) : value;
  if (!Array.isArray(parts) || typeof pattern !== 'string') {
    throw new JqError(`strftime(${preview(pattern)}) cannot be applied to: ${previewWithType(value)}`);
  }
  return formatWith(new Date(Math.floor(epochOf('strftime', parts as JsonArray)) * 1000), pattern);
}

/** `strptime`, in UTC. @throws JqError */
export function parseDate(value: JsonValue, pattern: JsonValue): JsonValue {
  if (typeof value !== 'string' || typeof pattern !== 'string') {
    throw new JqError(`strptime(${preview(pattern)}) cannot be applied to: ${previewWithType(value)}`);
  }
  const reader = new DateReader(value);
  if (!reader.read(expand(pattern)) || !reader.atEnd) {
    throw new JqError(`strptime(${preview(pattern)}) cannot be applied to ${preview(value)}: it does not match`);
  }
  return brokenDown(reader.seconds());
}

function formatWith(date: Date, pattern: string): string {
  return expand(pattern).replace(/%([-_^#]?)([A-Za-z%])/g, (all, flag: string, letter: string) => {
    const text = field(date, letter);
    if (text === undefined) return all;
    if (flag === '-') return text.replace(/^[0 ]+(?=.)/, '');
    if (flag === '_') return text.replace(/^0+(?=.)/, (zeros) => ' '.repeat(zeros.length));
    return flag === '^' ? text.toUpperCase() : text;
  });
}

function expand(pattern: string): string {
  return pattern.replace(/%%|%([A-Za-z])/g, (all, letter: string | undefined) => COMPOUND[letter ?? ''] ?? all);
}

function field(date: Date, letter: string): string | undefined {
  const two = (number: number): string => String(number).padStart(2, '0');
  const year = date.getUTCFullYear();
  const hour = date.getUTCHours();
  const twelve = hour % 12 === 0 ? 12 : hour % 12;
  const texts: Readonly<Record<string, () => string>> = {
    Y: () => String(year).padStart(4, '0'),
    C: () => two(Math.floor(year / 100)),
    y: () => two(year % 100),
    m: () => two(date.getUTCMonth() + 1),
    B: () => MONTHS[date.getUTCMonth()] ?? '',
    b: () => (MONTHS[date.getUTCMonth()] ?? '').slice(0, 3),
    d: () => two(date.getUTCDate()),
    e: () => String(date.getUTCDate()).padStart(2, ' '),
    H: () => two(hour),
    k: () => String(hour).padStart(2, ' '),
    I: () => two(twelve),
    l: () => String(twelve).padStart(2, ' '),
    M: () => two(date.getUTCMinutes()),
    S: () => two(date.getUTCSeconds()),
    p: () => (hour < 12 ? 'AM' : 'PM'),
    P: () => (hour < 12 ? 'am' : 'pm'),
    A: () => DAYS[date.getUTCDay()] ?? '',
    a: () => (DAYS[date.getUTCDay()] ?? '').slice(0, 3),
    u: () => String(date.getUTCDay() === 0 ? 7 : date.getUTCDay()),
    w: () => String(date.getUTCDay()),
    j: () => String(dayOfYear(date) + 1).padStart(3, '0'),
    U: () => two(Math.floor((dayOfYear(date) + 7 - date.getUTCDay()) / 7)),
    W: () => two(Math.floor((dayOfYear(date) + 7 - ((date.getUTCDay() + 6) % 7)) / 7)),
    G: () => String(isoWeek(date).year).padStart(4, '0'),
    V: () => two(isoWeek(date).week),
    s: () => String(date.getTime() / 1000),
    f: () => '000000',
    Z: () => 'UTC',
    z: () => '+0000',
    n: () => '\n',
    t: () => '\t',
    '%': () => '%',
  };
  return texts[letter]?.();
}

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / (DAY * 1000));
}

/** The week that holds this day's Thursday, and the year that it belongs to. */
function isoWeek(date: Date): { readonly year: number; readonly week: number } {
  const thursday = new Date(date.getTime() + (3 - ((date.getUTCDay() + 6) % 7)) * DAY * 1000);
  return { year: thursday.getUTCFullYear(), week: Math.floor(dayOfYear(thursday) / 7) + 1 };
}

/** Reads a date as a pattern describes it. */
class DateReader {
  private readonly text: string;
  private at = 0;
  private readonly parts = { year: 1900, month: 1, day: 1, hour: 0, minute: 0, second: 0, offset: 0 };
  private afternoon: boolean | undefined;
  private ordinal: number | undefined;
  private epoch: number | undefined;

  constructor(text: string) {
    this.text = text;
  }

  get atEnd(): boolean {
    return this.at === this.text.length;
  }

  seconds(): number {
    if (this.epoch !== undefined) return this.epoch;
    const { year, month, day, minute, second, offset } = this.parts;
    const hour = this.afternoon === undefined ? this.parts.hour : (this.parts.hour % 12) + (this.afternoon ? 12 : 0);
    const date = new Date(0);
    date.setUTCFullYear(year, this.ordinal === undefined ? month - 1 : 0, this.ordinal ?? day);
    date.setUTCHours(hour, minute, second);
    return date.getTime() / 1000 - offset;
  }

  read(pattern: string): boolean {
    for (let at = 0; at < pattern.length; at++) {
      const character = pattern[at] ?? '';
      if (character === '%') {
        if (!this.readField(pattern[++at] ?? '')) return false;
      } else if (this.text[this.at] === character) {
        this.at++;
      } else {
        return false;
      }
    }
    return true;
  }

  private readField(letter: string): boolean {
    const { parts } = this;
    switch (letter) {
      case 'Y':
        return this.number(4, (value) => (parts.year = value));
      case 'y':
        return this.number(2, (value) => (parts.year = value < 69 ? 2000 + value : 1900 + value));
      case 'm':
        return this.number(2, (value) => (parts.month = value), 1, 12);
      case 'd':
      case 'e':
        return this.number(2, (value) => (parts.day = value), 1, 31);
      case 'H':
      case 'k':
        return this.number(2, (value) => (parts.hour = value), 0, 23);
      case 'I':
      case 'l':
        return this.number(2, (value) => (parts.hour = value), 1, 12);
      case 'M':
        return this.number(2, (value) => (parts.minute = value), 0, 59);
      case 'S':
        return this.number(2, (value) => (parts.second = value), 0, 60);
      case 'j':
        return this.number(3, (value) => (this.ordinal = value), 1, 366);
      case 's':
        return this.number(20, (value) => (this.epoch = value));
      case 'B':
      case 'b':
        return this.name(MONTHS, (index) => (parts.month = index + 1));
      case 'A':
      case 'a':
        return this.name(DAYS, () => undefined);
      case 'p':
      case 'P':
        return this.name(['AM', 'PM'], (index) => (this.afternoon = index === 1));
      case 'z':
      case 'Z':
        return this.zone();
      case 'f':
        return this.number(9, () => undefined);
      case 'n':
      case 't':
      case '%':
        return this.take(letter === '%' ? /%/y : /\s/y) !== undefined;
      default:
        return false;
    }
  }

  private number(digits: number, set: (value: number) => void, least = 0, most = Infinity): boolean {
    const text = this.take(new RegExp(` ?[0-9]{1,${digits}}`, 'y'));
    const value = Number(text);
    if (text === undefined || value < least || value > most) return false;
    set(value);
    return true;
  }

  private name(names: readonly string[], set: (index: number) => void): boolean {
    const rest = this.text.slice(this.at).toLowerCase();
    const index = names.findIndex((name) => rest.startsWith(name.slice(0, 3).toLowerCase()));
    const name = names[index];
    if (name === undefined) return false;
    this.at += rest.startsWith(name.toLowerCase()) ? name.length : Math.min(3, name.length);
    set(index);
    return true;
  }

  private zone(): boolean {
    const text = this.take(/Z|UTC|GMT|[-+][0-9]{2}:?[0-9]{2}/y);
    if (text === undefined) return false;
    const [, sign, hours, minutes] = /^([-+])([0-9]{2}):?([0-9]{2})$/.exec(text) ?? [];
    if (sign !== undefined) this.parts.offset = (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
    return true;
  }

  private take(expression: RegExp): string | undefined {
    expression.lastIndex = this.at;
    const found = expression.exec(this.text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }
}
