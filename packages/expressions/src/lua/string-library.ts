import type { Arguments, Builtin } from './arguments.ts';
import { fromBytes, toBytes } from './bridge.ts';
import { isText, type Machine } from './machine.ts';
import { findMatches, valuesOf, type LuaMatch } from './pattern.ts';
import { formatText } from './string-format.ts';
import { isTrue, LuaFunction, LuaTable, typeOf, type LuaValue } from './value.ts';

/** The functions of `string`. */
export const STRING_FUNCTIONS: Readonly<Record<string, Builtin>> = {
  byte: (args) => {
    const text = args.text(1);
    const from = fromEnd(text, args.optionalInteger(2, 1));
    const to = args.count === 2 || args.count === 1 ? from : fromEnd(text, args.optionalInteger(3, -1));
    const bytes = text.slice(Math.max(0, from - 1), Math.max(0, to));
    return Array.from(bytes, (byte) => byte.charCodeAt(0));
  },
  char: (args) => [args.all.map((_, index) => String.fromCharCode(args.integer(index + 1) & 0xff)).join('')],
  find: (args, machine) => {
    const [text, pattern] = [args.text(1), args.text(2)];
    if (pattern === '') return [1, 0];
    const from = startOf(text, args.optionalInteger(3, 1));
    machine.make(text.length);
    if (isTrue(args.all[3])) {
      const at = text.indexOf(pattern, from);
      return at < 0 ? [undefined] : [at + 1, at + pattern.length];
    }
    const [match] = findMatches(machine, text, pattern, from, 1);
    return match === undefined ? [undefined] : [match.start + 1, match.end, ...match.captures];
  },
  format: (args, machine) => {
    const text = formatText(machine, args);
    machine.make(text.length);
    return [text];
  },
  gmatch: matchAll,
  gfind: matchAll,
  gsub: substitute,
  len: (args) => [args.text(1).length],
  lower: (args) => [toBytes(fromBytes(args.text(1)).toLowerCase())],
  upper: (args) => [toBytes(fromBytes(args.text(1)).toUpperCase())],
  match: (args, machine) => {
    const [text, pattern] = [args.text(1), args.text(2)];
    const [match] = findMatches(machine, text, pattern, startOf(text, args.optionalInteger(3, 1)), 1);
    return match === undefined ? [undefined] : valuesOf(match, text);
  },
  rep: (args, machine) => {
    const [text, times] = [args.text(1), Math.max(0, args.integer(2))];
    machine.make(text.length * times);
    return [text.repeat(times)];
  },
  reverse: (args) => [[...args.text(1)].reverse().join('')],
  sub: (args) => {
    const text = args.text(1);
    const from = startOf(text, args.integer(2));
    const to = Math.min(text.length, Math.max(0, fromEnd(text, args.optionalInteger(3, -1))));
    return [from >= text.length || to < from ? '' : text.slice(from, to)];
  },
};

/** A place, counted from the end when it is negative. */
function fromEnd(text: string, place: number): number {
  return place < 0 ? text.length + place + 1 : place;
}

/** A place to begin at, from 0. */
function startOf(text: string, place: number): number {
  return Math.max(0, fromEnd(text, place) - 1);
}

function matchAll(args: Arguments, machine: Machine): readonly LuaValue[] {
  const [text, pattern] = [args.text(1), args.text(2)];
  const matches = findMatches(machine, text, pattern, 0, Infinity);
  let at = 0;
  return [
    new LuaFunction('gmatch', () => {
      const match = matches[at++];
      return match === undefined ? [undefined] : valuesOf(match, text);
    }),
  ];
}

function substitute(args: Arguments, machine: Machine): readonly LuaValue[] {
  const [text, pattern, replacement] = [args.text(1), args.text(2), args.any(3)];
  const limit = args.optionalInteger(4, -1);
  const isUsable = isText(replacement) || replacement instanceof LuaTable || replacement instanceof LuaFunction;
  if (!isUsable) args.fail(3, `string or table or function expected, got ${typeOf(replacement)}`);
  const matches = findMatches(machine, text, pattern, 0, limit < 0 ? Infinity : limit);
  let made = '';
  let from = 0;
  for (const match of matches) {
    const whole = text.slice(match.start, match.end);
    const found = replace(machine, match, text, replacement);
    made += text.slice(from, match.start) + (isTrue(found) ? textFor(machine, found) : whole);
    machine.make(made.length - from);
    from = match.end;
  }
  return [made + text.slice(from), matches.length];
}

function textFor(machine: Machine, value: LuaValue): string {
  return isText(value) ? machine.toText(value) : machine.fail(`invalid replacement value (a ${typeOf(value)})`);
}

function replace(machine: Machine, match: LuaMatch, text: string, replacement: LuaValue): LuaValue {
  const values = valuesOf(match, text);
  if (replacement instanceof LuaTable) return machine.index(replacement, values[0]);
  if (replacement instanceof LuaFunction) return machine.call(replacement, values)[0];
  return machine.toText(replacement).replace(/%([\s\S])/g, (all, letter: string) => {
    if (letter === '0') return text.slice(match.start, match.end);
    if (letter === '%') return '%';
    if (!/[1-9]/.test(letter)) return all;
    const value = values[Number(letter) - 1];
    return value === undefined ? machine.fail('invalid capture index') : machine.toText(value);
  });
}
