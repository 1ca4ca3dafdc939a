/** One element of a pattern for names: any text, or one character out of some. */
type Element = { readonly kind: 'star' } | { readonly kind: 'one'; readonly accepts: (character: number) => boolean };

/** Whether a name fits a pattern; see `compileNamePattern`. */
export type NameMatcher = (name: string) => boolean;

/**
 * A pattern for one name as Go's path/filepath.Match reads it: `*`, `?`, `[a-z]`, `[^a-z]`, `\x` for x itself.
 * Undefined for a malformed pattern, which matches nothing. Matching takes at most length of name × pattern steps.
 */
export function compileNamePattern(pattern: string): NameMatcher | undefined {
  // Most patterns are a plain name or an extension: no scan for those.
  if (!/[*?[\\]/.test(pattern)) return (name) => name === pattern;
  if (pattern.startsWith('*') && !/[*?[\\]/.test(pattern.slice(1))) return (name) => name.endsWith(pattern.slice(1));
  const characters = Array.from(pattern, (character) => character.codePointAt(0) ?? 0);
  const elements: Element[] = [];
  for (let at = 0; at < characters.length;) {
    const character = characters[at] ?? 0;
    if (character === STAR) {
      elements.push({ kind: 'star' });
      at++;
    } else if (character === QUESTION) {
      elements.push({ kind: 'one', accepts: () => true });
      at++;
    } else if (character === OPEN) {
      const set = readSet(characters, at + 1);
      if (set === undefined) return undefined;
      elements.push({ kind: 'one', accepts: set.accepts });
      at = set.end;
    } else {
      const literal = character === BACKSLASH ? characters[at + 1] : character;
      if (literal === undefined) return undefined;
      elements.push({ kind: 'one', accepts: (candidate) => candidate === literal });
      at += character === BACKSLASH ? 2 : 1;
    }
  }
  return (name) =>
    fits(
      elements,
      Array.from(name, (character) => character.codePointAt(0) ?? 0),
    );
}

const STAR = 0x2a;
const QUESTION = 0x3f;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const BACKSLASH = 0x5c;
const DASH = 0x2d;
const CARET = 0x5e;

function readSet(
  characters: readonly number[],
  start: number,
): { readonly end: number; readonly accepts: (character: number) => boolean } | undefined {
  const negated = characters[start] === CARET;
  const ranges: (readonly [number, number])[] = [];
  let at = negated ? start + 1 : start;
  while (characters[at] !== CLOSE || ranges.length === 0) {
    const low = readBound(characters, at);
    if (low === undefined) return undefined;
    at = low.end;
    const high = characters[at] === DASH ? readBound(characters, at + 1) : low;
    if (high === undefined) return undefined;
    at = high.end;
    ranges.push([low.value, high.value]);
  }
  return {
    end: at + 1,
    accepts: (character) => ranges.some(([low, high]) => low <= character && character <= high) !== negated,
  };
}

function readBound(
  characters: readonly number[],
  at: number,
): { readonly value: number; readonly end: number } | undefined {
  const character = characters[at];
  if (character === undefined || character === DASH || character === CLOSE) return undefined;
  if (character !== BACKSLASH) return { value: character, end: at + 1 };
  const escaped = characters[at + 1];
  return escaped === undefined ? undefined : { value: escaped, end: at + 2 };
}

/** Only the last star ever has to take more: what went before it is settled. */
function fits(elements: readonly Element[], name: readonly number[]): boolean {
  let element = 0;
  let at = 0;
  let star = -1;
  let resume = 0;
  while (at < name.length) {
    const current = elements[element];
    if (current?.kind === 'star') {
      star = element++;
      resume = at;
    } else if (current?.kind === 'one' && current.accepts(name[at] ?? 0)) {
      element++;
      at++;
    } else if (star >= 0) {
      element = star + 1;
      at = ++resume;
    } else return false;
  }
  while (elements[element]?.kind === 'star') element++;
  return element === elements.length;
}
