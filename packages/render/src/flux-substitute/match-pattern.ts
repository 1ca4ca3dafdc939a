import { runeAt, type ByteText } from './byte-text.ts';

/** Counts the steps of matching; throws at its limit. */
export interface Steps {
  take(count?: number): void;
}

type Chunk = { readonly star: boolean; readonly pattern: ByteText; readonly rest: ByteText };

/** A pattern that is malformed: such a trim leaves its value as it is. */
class BadPattern extends Error {}

/**
 * Whether a shell pattern (`*`, `?`, `[a-z]`, `[^a]`, `\c`) matches all of a text; a slash is a character like others.
 * undefined where the pattern is malformed, as far as it was looked at.
 */
export function matchesPattern(pattern: ByteText, text: ByteText, steps: Steps): boolean | undefined {
  try {
    return matchAll(pattern, text, steps);
  } catch (error) {
    if (error instanceof BadPattern) return undefined;
    throw error;
  }
}

function matchAll(pattern: ByteText, text: ByteText, steps: Steps): boolean {
  let left = text;
  let rest = pattern;
  while (rest !== '') {
    const chunk = nextChunk(rest);
    rest = chunk.rest;
    if (chunk.star && chunk.pattern === '') return true;
    const after = matchFrom(chunk, left, rest === '', steps);
    if (after === undefined) return false;
    left = after;
  }
  return left === '';
}

/** What is left of the text behind a chunk; with a star before it, from the first place where it matches. */
function matchFrom(chunk: Chunk, text: ByteText, isLast: boolean, steps: Steps): ByteText | undefined {
  for (let skipped = 0; skipped <= text.length; skipped++) {
    steps.take();
    const after = matchChunk(chunk.pattern, text.slice(skipped), steps);
    if (after !== undefined && (after === '' || !isLast)) return after;
    if (!chunk.star) return undefined;
  }
  return undefined;
}

/** The pattern up to the next star that is not in brackets. */
function nextChunk(pattern: ByteText): Chunk {
  let begin = 0;
  while (pattern[begin] === '*') begin++;
  let inRange = false;
  let end = begin;
  for (; end < pattern.length; end++) {
    const sign = pattern[end];
    if (sign === '\\') end = Math.min(end + 1, pattern.length - 1);
    else if (sign === '[') inRange = true;
    else if (sign === ']') inRange = false;
    else if (sign === '*' && !inRange) break;
  }
  return { star: begin > 0, pattern: pattern.slice(begin, end), rest: pattern.slice(end) };
}

/** What is left of a text that begins with what a chunk matches. */
function matchChunk(chunk: ByteText, text: ByteText, steps: Steps): ByteText | undefined {
  let at = 0;
  let pattern = 0;
  while (pattern < chunk.length) {
    steps.take();
    if (at >= text.length) return undefined;
    switch (chunk[pattern]) {
      case '[': {
        const { rune, width } = runeAt(text, at);
        const found = matchClass(chunk, pattern + 1, rune, steps);
        if (!found.matches) return undefined;
        at += width;
        pattern = found.end;
        break;
      }
      case '?':
        at += runeAt(text, at).width;
        pattern++;
        break;
      default: {
        if (chunk[pattern] === '\\') pattern++;
        if (pattern >= chunk.length) throw new BadPattern();
        if (chunk[pattern] !== text[at]) return undefined;
        at++;
        pattern++;
      }
    }
  }
  return text.slice(at);
}

function matchClass(
  chunk: ByteText,
  begin: number,
  rune: string,
  steps: Steps,
): { readonly matches: boolean; readonly end: number } {
  const negated = chunk[begin] === '^';
  let at = negated ? begin + 1 : begin;
  let matches = false;
  for (let ranges = 0; ; ranges++) {
    steps.take();
    if (chunk[at] === ']' && ranges > 0) return { matches: matches !== negated, end: at + 1 };
    const low = classRune(chunk, at);
    const high = chunk[low.end] === '-' ? classRune(chunk, low.end + 1) : low;
    if (codeOf(low.rune) <= codeOf(rune) && codeOf(rune) <= codeOf(high.rune)) matches = true;
    at = high.end;
  }
}

function classRune(chunk: ByteText, at: number): { readonly rune: string; readonly end: number } {
  const sign = chunk[at];
  if (sign === undefined || sign === '-' || sign === ']') throw new BadPattern();
  const from = sign === '\\' ? at + 1 : at;
  if (from >= chunk.length) throw new BadPattern();
  const { rune, width } = runeAt(chunk, from);
  // A class is never the end of a chunk: its bracket is missing then.
  if (from + width >= chunk.length || rune === '\ufffd') throw new BadPattern();
  return { rune, end: from + width };
}

function codeOf(rune: string): number {
  return rune.codePointAt(0) ?? 0;
}
