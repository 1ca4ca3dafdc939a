import type { Builtin } from './arguments.ts';
import type { Machine } from './machine.ts';
import { LuaTable } from './value.ts';

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

/** The two functions of Argo CD's own `os`. Local time is UTC. */
export const OS_FUNCTIONS: Readonly<Record<string, Builtin>> = {
  time: (args, machine) => {
    if (args.count === 0) return [now(machine)];
    const table = args.table(1);
    const field = (name: string, otherwise: number): number => {
      const value = table.get(name);
      return typeof value === 'number' ? Math.trunc(value) : otherwise;
    };
    const date = new Date(0);
    date.setUTCFullYear(field('year', -1), field('month', -1) - 1, field('day', -1));
    date.setUTCHours(field('hour', 12), field('min', 0), field('sec', 0));
    return [date.getTime() / 1000];
  },
  date: (args, machine) => {
    const pattern = args.optionalText(1, '%c').replace(/^!+/, '');
    // Each letter stands for a text of its own.
    machine.make(pattern.length * 16);
    const seconds = args.count >= 2 ? args.integer(2) : now(machine);
    const date = new Date(seconds * 1000);
    if (Number.isNaN(date.getTime())) args.fail(2, 'no time');
    return [pattern.startsWith('*t') ? tableOf(date) : formatDate(date, pattern)];
  },
};

/** What is left of `os` where all libraries are open: nothing that touches the machine. */
export const OPEN_OS_FUNCTIONS: Readonly<Record<string, Builtin>> = {
  ...OS_FUNCTIONS,
  clock: () => [0],
  difftime: (args) => [args.number(1) - args.number(2)],
  getenv: () => [undefined],
};

function now(machine: Machine): number {
  const { nowSeconds } = machine.world;
  return nowSeconds === undefined ? machine.fail('the time is not known here') : Math.floor(nowSeconds);
}

function tableOf(date: Date): LuaTable {
  const table = new LuaTable();
  table.set('year', date.getUTCFullYear());
  table.set('month', date.getUTCMonth() + 1);
  table.set('day', date.getUTCDate());
  table.set('hour', date.getUTCHours());
  table.set('min', date.getUTCMinutes());
  table.set('sec', date.getUTCSeconds());
  table.set('wday', date.getUTCDay() + 1);
  table.set('yday', 0);
  table.set('isdst', false);
  return table;
}

/** The conversions that gopher-lua has, with its own spellings of `%c` and `%x`; others stand as they are. */
function formatDate(date: Date, pattern: string): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  const hour = date.getUTCHours();
  const twelve = hour % 12 === 0 ? 12 : hour % 12;
  const month = MONTHS[date.getUTCMonth()] ?? '';
  const day = DAYS[date.getUTCDay()] ?? '';
  const texts: Readonly<Record<string, string>> = {
    a: 'mon',
    A: day,
    b: month.slice(0, 3),
    B: month,
    c: `${two(date.getUTCDate())} ${month.slice(0, 3)} ${two(date.getUTCFullYear() % 100)} ${two(hour)}:${two(date.getUTCMinutes())} UTC`,
    d: two(date.getUTCDate()),
    F: `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`,
    H: two(hour),
    I: two(twelve),
    m: two(date.getUTCMonth() + 1),
    M: two(date.getUTCMinutes()),
    p: hour < 12 ? 'AM' : 'PM',
    P: hour < 12 ? 'am' : 'pm',
    S: two(date.getUTCSeconds()),
    // Go reads "15/04/05" as hour, minute, second.
    x: `${two(hour)}/${two(date.getUTCMinutes())}/${two(date.getUTCSeconds())}`,
    X: `${two(hour)}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`,
    y: two(date.getUTCFullYear() % 100),
    Y: String(date.getUTCFullYear()).padStart(4, '0'),
    z: '+0000',
    Z: 'UTC',
    w: String(date.getUTCDay()),
    '%': '%',
  };
  return pattern.replace(/%([\s\S])/g, (all, letter: string) => texts[letter] ?? all);
}
