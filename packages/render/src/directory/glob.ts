import { RE2JS } from 're2js';

/** Longest pattern that is compiled; a longer one matches nothing. */
const MAX_PATTERN_LENGTH = 4096;

/**
 * Compiles a glob as Argo CD matches `include` and `exclude`: `*` and `**` take any text, slashes included, `?` one
 * character, `[a-z]` and `[!a]` one of a set, `{a,b}` one of several patterns, `\` the next character as it is. A pattern
 * that cannot be read matches nothing, as there. Runs in time linear in the text.
 */
export function compileGlob(pattern: string): (text: string) => boolean {
  const source = pattern.length > MAX_PATTERN_LENGTH ? undefined : toExpression(pattern);
  if (source === undefined) return () => false;
  try {
    const compiled = RE2JS.compile(source, RE2JS.DOTALL);
    return (text) => compiled.matches(text);
  } catch {
    // A range like [z-a]: unreadable, so it matches nothing.
    return () => false;
  }
}

function toExpression(pattern: string): string | undefined {
  let source = '';
  let depth = 0;
  const letters = [...pattern];
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at] ?? '';
    if (letter === '*') source += '.*';
    else if (letter === '?') source += '.';
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
      source += set(letters.slice(at + 1, end));
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

function set(letters: readonly string[]): string {
  const negated = letters[0] === '!' || letters[0] === '^';
  const inner = negated ? letters.slice(1) : letters;
  const [from, dash, to] = inner;
  const isRange = inner.length === 3 && dash === '-';
  const text = isRange ? `${quote(from ?? '')}-${quote(to ?? '')}` : inner.map(quote).join('');
  return `[${negated ? '^' : ''}${text}]`;
}

function quote(letter: string): string {
  return /[\w\u0080-\u{10FFFF}]/u.test(letter) ? letter : `\\${letter}`;
}
