import { RE2JS } from 're2js';
import { quoteLetter } from './quote-letter.ts';

/** Longest pattern that is compiled; a longer one cannot be read. */
const MAX_PATTERN_LENGTH = 4096;
/** How many compiled patterns are kept. */
const MAX_COMPILED = 2_000;

/** What stands for itself: most patterns are names. */
const PLAIN = /^[\w./:@-]{0,256}$/;

/** A compiled glob: whether it takes the whole of a text. */
export type Glob = (text: string) => boolean;

const compiled = new Map<string, Glob | undefined>();

/**
 * Compiles a glob as Argo CD has them (gobwas/glob): `*` takes any text, or any without a separator where there are some,
 * `**` any text, `?` one character that is no separator, `[a-z]`, `[abc]` and `[!abc]` one of a set, `{a,b}` one of
 * several patterns, `\` the next character as it is. Undefined for what cannot be read: a set without its end or with
 * more than one range, a range that runs backwards, a pattern of more than 4,096 characters. Matches in time linear in
 * the text.
 */
export function compileGlob(pattern: string, separators = ''): Glob | undefined {
  const key = `${separators}\0${pattern}`;
  if (compiled.has(key)) return compiled.get(key);
  const glob = compile(pattern, separators);
  compiled.set(key, glob);
  if (compiled.size > MAX_COMPILED) for (const oldest of compiled.keys()) if (compiled.delete(oldest)) break;
  return glob;
}

/** Whether a glob takes the whole of a text; one that cannot be read takes none. */
export function matchesGlob(pattern: string, text: string, separators = ''): boolean {
  return compileGlob(pattern, separators)?.(text) ?? false;
}

function compile(pattern: string, separators: string): Glob | undefined {
  if (PLAIN.test(pattern)) return (text) => text === pattern;
  const source = pattern.length > MAX_PATTERN_LENGTH ? undefined : expressionOf([...pattern], separators);
  if (source === undefined) return undefined;
  try {
    const expression = RE2JS.compile(source, RE2JS.DOTALL);
    return (text) => expression.matches(text);
  } catch {
    // Alternatives nested deeper than RE2 goes.
    return undefined;
  }
}

function expressionOf(letters: readonly string[], separators: string): string | undefined {
  const one = separators === '' ? '.' : `[^${[...separators].map(quoteLetter).join('')}]`;
  let source = '';
  let depth = 0;
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at] ?? '';
    if (letter === '*') {
      const isDouble = letters[at + 1] === '*';
      if (isDouble) at++;
      source += isDouble ? '.*' : `${one}*`;
    } else if (letter === '?') source += one;
    else if (letter === '{') {
      depth++;
      source += '(?:';
    } else if (letter === '}' && depth > 0) {
      depth--;
      source += ')';
    } else if (letter === ',' && depth > 0) source += '|';
    else if (letter === '[') {
      const set = readSet(letters, at + 1);
      if (set === undefined) return undefined;
      source += set.source;
      at = set.end;
    } else if (letter === '\\') {
      at++;
      // An escape at the very end escapes nothing.
      source += quoteLetter(letters[at] ?? '');
    } else source += quoteLetter(letter);
  }
  // What is left open ends with the pattern.
  return source + ')'.repeat(depth);
}

/** Reads what stands between the brackets: one range, or letters. Letters may be escaped; the ends of a range not. */
function readSet(letters: readonly string[], from: number): { source: string; end: number } | undefined {
  const isNegated = letters[from] === '!';
  let at = isNegated ? from + 1 : from;
  const begin = isNegated ? '[^' : '[';
  if (letters[at + 1] === '-') {
    const low = letters[at] ?? '';
    const high = letters[at + 2];
    if (high === undefined || letters[at + 3] !== ']' || codeOf(high) < codeOf(low)) return undefined;
    return { source: `${begin}${quoteLetter(low)}-${quoteLetter(high)}]`, end: at + 3 };
  }
  let inner = '';
  for (; at < letters.length && letters[at] !== ']'; at++) {
    if (letters[at] === '\\') at++;
    inner += quoteLetter(letters[at] ?? '');
  }
  return letters[at] !== ']' || inner === '' ? undefined : { source: `${begin}${inner}]`, end: at };
}

function codeOf(letter: string): number {
  return letter.codePointAt(0) ?? 0;
}
