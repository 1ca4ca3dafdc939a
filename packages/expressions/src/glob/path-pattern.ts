import { RE2JS } from 're2js';
import { quoteLetter } from './quote-letter.ts';

/** Longest pattern that is compiled; a longer one cannot be read. */
const MAX_PATTERN_LENGTH = 4096;
const MAX_COMPILED = 1_000;

const compiled = new Map<string, ((text: string) => boolean) | undefined>();

/**
 * Whether a text matches a pattern of Go's path.Match: `*` takes any text without `/`, `?` one character that is no `/`,
 * `[a-z0]` and `[^a]` one of a set, `\` the next character as it is. A pattern that cannot be read matches nothing.
 * Matches in time linear in the text.
 */
export function matchesPathPattern(pattern: string, text: string): boolean {
  if (!compiled.has(pattern)) {
    compiled.set(pattern, compile(pattern));
    if (compiled.size > MAX_COMPILED) for (const oldest of compiled.keys()) if (compiled.delete(oldest)) break;
  }
  return compiled.get(pattern)?.(text) ?? false;
}

function compile(pattern: string): ((text: string) => boolean) | undefined {
  const source = pattern.length > MAX_PATTERN_LENGTH ? undefined : expressionOf([...pattern]);
  if (source === undefined) return undefined;
  try {
    const expression = RE2JS.compile(source, RE2JS.DOTALL);
    return (text) => expression.matches(text);
  } catch {
    // A range that runs backwards takes nothing.
    return undefined;
  }
}

function expressionOf(letters: readonly string[]): string | undefined {
  let source = '';
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at] ?? '';
    if (letter === '*') source += '[^/]*';
    else if (letter === '?') source += '[^/]';
    else if (letter === '[') {
      const set = readSet(letters, at + 1);
      if (set === undefined) return undefined;
      source += set.source;
      at = set.end;
    } else if (letter === '\\') {
      at++;
      if (letters[at] === undefined) return undefined;
      source += quoteLetter(letters[at] ?? '');
    } else source += quoteLetter(letter);
  }
  return source;
}

function readSet(letters: readonly string[], from: number): { source: string; end: number } | undefined {
  const isNegated = letters[from] === '^';
  let at = isNegated ? from + 1 : from;
  let inner = '';
  for (let count = 0; letters[at] !== ']' || count === 0; count++) {
    const low = readOne(letters, at);
    if (low === undefined) return undefined;
    at = low.next;
    inner += quoteLetter(low.letter);
    if (letters[at] !== '-') continue;
    const high = readOne(letters, at + 1);
    if (high === undefined) return undefined;
    at = high.next;
    inner += `-${quoteLetter(high.letter)}`;
  }
  return { source: `[${isNegated ? '^' : ''}${inner}]`, end: at };
}

function readOne(letters: readonly string[], at: number): { letter: string; next: number } | undefined {
  const first = letters[at];
  if (first === undefined || first === '-' || first === ']') return undefined;
  if (first !== '\\') return { letter: first, next: at + 1 };
  const second = letters[at + 1];
  return second === undefined ? undefined : { letter: second, next: at + 2 };
}
