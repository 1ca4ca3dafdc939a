import type { Machine } from './machine.ts';
import type { LuaValue } from './value.ts';

/** Most captures of a pattern, as in Lua. */
const MAX_CAPTURES = 32;

/** How deep the matcher may nest: about one level an item of the pattern. */
const MAX_MATCH_DEPTH = 200;

/** Characters of a set that are looked at in one step. */
const CHARACTERS_A_STEP = 8;

/** Stands for the length of a capture that is not closed, and of one that takes a place. */
const OPEN = -1;
const PLACE = -2;

interface Capture {
  readonly start: number;
  length: number;
}

/** One match: where it begins and ends, and its captures. */
export interface LuaMatch {
  readonly start: number;
  readonly end: number;
  readonly captures: readonly LuaValue[];
}

/**
 * The matches of one of Lua's patterns from a place on, at most so many. Every step of the matcher counts as a step of
 * the run, so that a pattern that backtracks without end ends the run.
 */
export function findMatches(machine: Machine, text: string, pattern: string, from: number, limit: number): LuaMatch[] {
  const anchored = pattern.startsWith('^');
  const found: LuaMatch[] = [];
  for (let at = from; at <= text.length && found.length < limit;) {
    const matcher = new Matcher(machine, text, pattern);
    const end = matcher.match(at, anchored ? 1 : 0);
    if (end !== undefined) found.push({ start: at, end, captures: matcher.captured() });
    if (anchored) break;
    at = end !== undefined && end > at ? end : at + 1;
  }
  return found;
}

/** The captures of a match, or all of it where there are none. */
export function valuesOf(match: LuaMatch, text: string): readonly LuaValue[] {
  return match.captures.length > 0 ? match.captures : [text.slice(match.start, match.end)];
}

class Matcher {
  private readonly machine: Machine;
  private readonly text: string;
  private readonly pattern: string;
  private captures: Capture[] = [];
  private depth = 0;

  constructor(machine: Machine, text: string, pattern: string) {
    this.machine = machine;
    this.text = text;
    this.pattern = pattern;
  }

  captured(): readonly LuaValue[] {
    return this.captures.map(({ start, length }) => {
      if (length === OPEN) this.machine.fail('unfinished capture');
      return length === PLACE ? start + 1 : this.text.slice(start, start + length);
    });
  }

  /** The end of a match that begins at `from` with the pattern's item at `item`. */
  match(from: number, item: number): number | undefined {
    if (++this.depth > MAX_MATCH_DEPTH) this.machine.fail('pattern too complex');
    const end = this.matchHere(from, item);
    this.depth--;
    return end;
  }

  private matchHere(from: number, item: number): number | undefined {
    let [at, place] = [from, item];
    for (;;) {
      this.machine.step();
      const character = this.pattern[place];
      if (character === undefined) return at;
      if (character === '(') return this.open(at, place);
      if (character === ')') return this.close(at, place);
      if (character === '$' && place + 1 === this.pattern.length) return at === this.text.length ? at : undefined;
      if (character === '%') {
        const kind = this.pattern[place + 1] ?? '';
        if (kind === 'b') {
          const end = this.balanced(at, place + 2);
          if (end === undefined) return undefined;
          [at, place] = [end, place + 4];
          continue;
        }
        if (kind === 'f') {
          const setEnd = this.itemEnd(place + 2);
          if (
            this.isIn(this.text[at - 1] ?? '\0', place + 2, setEnd) ||
            !this.isIn(this.text[at] ?? '\0', place + 2, setEnd)
          ) {
            return undefined;
          }
          place = setEnd;
          continue;
        }
        if (/[0-9]/.test(kind)) {
          const again = this.capturedText(kind);
          if (!this.text.startsWith(again, at)) return undefined;
          [at, place] = [at + again.length, place + 2];
          continue;
        }
      }
      const end = this.itemEnd(place);
      const suffix = this.pattern[end];
      if (suffix === '*' || suffix === '+') return this.repeatLong(at, place, end, suffix === '+' ? 1 : 0);
      if (suffix === '-') return this.repeatShort(at, place, end);
      const fits = this.fits(at, place, end);
      if (suffix === '?') {
        if (fits) {
          const rest = this.match(at + 1, end + 1);
          if (rest !== undefined) return rest;
        }
        place = end + 1;
        continue;
      }
      if (!fits) return undefined;
      [at, place] = [at + 1, end];
    }
  }

  private repeatLong(from: number, item: number, end: number, least: number): number | undefined {
    let count = 0;
    while (this.fits(from + count, item, end)) {
      this.machine.step();
      count++;
    }
    for (; count >= least; count--) {
      const rest = this.match(from + count, end + 1);
      if (rest !== undefined) return rest;
    }
    return undefined;
  }

  private repeatShort(from: number, item: number, end: number): number | undefined {
    for (let at = from; ; at++) {
      const rest = this.match(at, end + 1);
      if (rest !== undefined) return rest;
      if (!this.fits(at, item, end)) return undefined;
    }
  }

  private open(at: number, item: number): number | undefined {
    if (this.captures.length >= MAX_CAPTURES) this.machine.fail('too many captures');
    const isPlace = this.pattern[item + 1] === ')';
    const kept = this.captures.length;
    this.captures.push({ start: at, length: isPlace ? PLACE : OPEN });
    const rest = this.match(at, isPlace ? item + 2 : item + 1);
    if (rest === undefined) this.captures.length = kept;
    return rest;
  }

  private close(at: number, item: number): number | undefined {
    const open = this.captures.findLast((capture) => capture.length === OPEN);
    if (open === undefined) return this.machine.fail('invalid pattern capture');
    open.length = at - open.start;
    const rest = this.match(at, item + 1);
    if (rest === undefined) open.length = OPEN;
    return rest;
  }

  private balanced(from: number, item: number): number | undefined {
    const [open, close] = [this.pattern[item], this.pattern[item + 1]];
    if (open === undefined || close === undefined) this.machine.fail('unbalanced pattern');
    if (this.text[from] !== open) return undefined;
    let level = 1;
    for (let at = from + 1; at < this.text.length; at++) {
      this.machine.step();
      const character = this.text[at];
      if (character === close) {
        if (--level === 0) return at + 1;
      } else if (character === open) level++;
    }
    return undefined;
  }

  private capturedText(digit: string): string {
    const capture = this.captures[Number(digit) - 1];
    if (capture === undefined || capture.length < 0) return this.machine.fail('invalid capture index');
    return this.text.slice(capture.start, capture.start + capture.length);
  }

  /** Where the item that begins at `item` ends: a character, a class, or a set. */
  private itemEnd(item: number): number {
    const character = this.pattern[item];
    if (character === undefined) this.machine.fail('malformed pattern');
    if (character === '%') {
      if (item + 1 >= this.pattern.length) this.machine.fail("malformed pattern (ends with '%')");
      return item + 2;
    }
    if (character !== '[') return item + 1;
    let at = item + 1;
    if (this.pattern[at] === '^') at++;
    do {
      if (at >= this.pattern.length) this.machine.fail("malformed pattern (missing ']')");
      at += this.pattern[at] === '%' ? 2 : 1;
    } while (this.pattern[at] !== ']');
    this.machine.step((at - item) / CHARACTERS_A_STEP);
    return at + 1;
  }

  private fits(at: number, item: number, end: number): boolean {
    const character = this.text[at];
    return character !== undefined && this.isIn(character, item, end);
  }

  private isIn(character: string, item: number, end: number): boolean {
    const first = this.pattern[item];
    if (first === '.') return true;
    if (first === '%') return isOfClass(character, this.pattern[item + 1] ?? '');
    if (first !== '[') return first === character;
    const isNegated = this.pattern[item + 1] === '^';
    return this.isInSet(character, isNegated ? item + 2 : item + 1, end - 1) !== isNegated;
  }

  private isInSet(character: string, from: number, end: number): boolean {
    this.machine.step((end - from) / CHARACTERS_A_STEP);
    for (let at = from; at < end; at++) {
      const member = this.pattern[at] ?? '';
      if (member === '%') {
        at++;
        if (isOfClass(character, this.pattern[at] ?? '')) return true;
      } else if (this.pattern[at + 1] === '-' && at + 2 < end) {
        if (member <= character && character <= (this.pattern[at + 2] ?? '')) return true;
        at += 2;
      } else if (member === character) return true;
    }
    return false;
  }
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  a: /[A-Za-z]/,
  c: /[\x00-\x1f\x7f]/,
  d: /[0-9]/,
  l: /[a-z]/,
  p: /[!-/:-@[-`{-~]/,
  s: /[ \t\n\r\v\f]/,
  u: /[A-Z]/,
  w: /[A-Za-z0-9]/,
  x: /[0-9A-Fa-f]/,
  z: /\0/,
};

function isOfClass(character: string, name: string): boolean {
  const expression = CLASSES[name.toLowerCase()];
  if (expression === undefined) return name === character;
  return expression.test(character) === (name === name.toLowerCase());
}
