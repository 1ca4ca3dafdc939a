import { RE2JS } from 're2js';

/** Longest pattern that is compiled; a longer one matches nothing. */
const MAX_PATTERN_LENGTH = 4096;
/** How many compiled patterns are kept. */
const MAX_COMPILED = 2_000;

const compiled = new Map<string, (text: string) => boolean>();

/**
 * Matches a glob as AppProjects have them (gobwas/glob): `*` takes any text, or any up to a separator where there is
 * one, `**` any text, `?` one character, `[a-z]` and `[!a]` one of a set, `{a,b}` one of several, `\` the next as it is.
 * A pattern that cannot be read matches nothing. Runs in time linear in the text.
 */
export function matchesGlob(pattern: string, text: string, separator = ''): boolean {
  const key = `${separator}\0${pattern}`;
  let matcher = compiled.get(key);
  if (matcher === undefined) {
    matcher = compile(pattern, separator);
    compiled.set(key, matcher);
    if (compiled.size > MAX_COMPILED) for (const oldest of compiled.keys()) if (compiled.delete(oldest)) break;
  }
  return matcher(text);
}

function compile(pattern: string, separator: string): (text: string) => boolean {
  const source = pattern.length > MAX_PATTERN_LENGTH ? undefined : toExpression(pattern, separator);
  if (source === undefined) return () => false;
  try {
    const expression = RE2JS.compile(source, RE2JS.DOTALL);
    return (text) => expression.matches(text);
  } catch {
    // A range like [z-a]: unreadable, so it matches nothing.
    return () => false;
  }
}

function toExpression(pattern: string, separator: string): string | undefined {
  const one = separator === '' ? '.' : `[^${quote(separator)}]`;
  const letters = [...pattern];
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
      const end = letters.indexOf(']', at + 2);
      if (end < 0) return undefined;
      source += oneOf(letters.slice(at + 1, end));
      at = end;
    } else if (letter === '\\') {
      at++;
      const next = letters[at];
      if (next === undefined) return undefined;
      source += quote(next);
    } else source += quote(letter);
  }
  return depth === 0 ? source : undefined;
}

function oneOf(letters: readonly string[]): string {
  const isNegated = letters[0] === '!';
  const inner = isNegated ? letters.slice(1) : letters;
  const [from, dash, to] = inner;
  const isRange = inner.length === 3 && dash === '-';
  const text = isRange ? `${quote(from ?? '')}-${quote(to ?? '')}` : inner.map(quote).join('');
  return `[${isNegated ? '^' : ''}${text}]`;
}

function quote(letter: string): string {
  return /[\w\u0080-\u{10FFFF}]/u.test(letter) ? letter : `\\${letter}`;
}
