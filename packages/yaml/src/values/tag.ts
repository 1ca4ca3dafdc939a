import { parseNumber } from './number.ts';
import { parseTimestamp } from './timestamp.ts';

const longPrefix = 'tag:yaml.org,2002:';

/** `tag:yaml.org,2002:str` as `!!str`; other tags as they are. */
export function shortTag(tag: string): string {
  return tag.startsWith(longPrefix) ? `!!${tag.slice(longPrefix.length)}` : tag;
}

/** Which YAML a plain scalar is read as: 1.2 with Go's liberties (v3), or 1.1, where `yes` is a boolean (v2). */
export type Rules = 'v3' | 'v2';

/** A plain scalar's meaning. A timestamp's value is its RFC 3339 form. */
export type Resolved =
  | { readonly tag: '!!str' | '!!timestamp'; readonly value: string }
  | { readonly tag: '!!bool'; readonly value: boolean }
  | { readonly tag: '!!null'; readonly value: null }
  | { readonly tag: '!!int'; readonly value: number | bigint }
  | { readonly tag: '!!float'; readonly value: number };

const table = new Map<string, Resolved>();
for (const word of ['true', 'True', 'TRUE']) table.set(word, { tag: '!!bool', value: true });
for (const word of ['false', 'False', 'FALSE']) table.set(word, { tag: '!!bool', value: false });
for (const word of ['', '~', 'null', 'Null', 'NULL']) table.set(word, { tag: '!!null', value: null });
for (const word of ['.nan', '.NaN', '.NAN']) table.set(word, { tag: '!!float', value: NaN });
for (const word of ['.inf', '.Inf', '.INF']) {
  table.set(word, { tag: '!!float', value: Infinity });
  table.set(`+${word}`, { tag: '!!float', value: Infinity });
  table.set(`-${word}`, { tag: '!!float', value: -Infinity });
}
const table11 = new Map(table);
for (const word of ['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON']) table11.set(word, { tag: '!!bool', value: true });
for (const word of ['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF'])
  table11.set(word, { tag: '!!bool', value: false });

/** The longest word in the tables. */
const LONGEST_WORD = 5;

/** What a scalar without quotes means. With an explicit tag other than a timestamp's, text never is a timestamp. */
export function resolvePlain(text: string, rules: Rules, mayBeTimestamp = true): Resolved {
  if (text.length <= LONGEST_WORD) {
    const word = (rules === 'v3' ? table : table11).get(text);
    if (word !== undefined) return word;
  }
  const first = text.charCodeAt(0);
  const digit = first >= 0x30 && first <= 0x39;
  if (!digit && first !== 0x2b && first !== 0x2d && first !== 0x2e) return { tag: '!!str', value: text };
  if (digit && mayBeTimestamp && text.charCodeAt(4) === 0x2d) {
    const timestamp = parseTimestamp(text);
    if (timestamp !== undefined) return { tag: '!!timestamp', value: timestamp };
  }
  return parseNumber(text, rules) ?? { tag: '!!str', value: text };
}

/** The tag that yaml.v3 gives to a plain scalar. */
export function implicitTag(text: string): string {
  if (text === '<<') return '!!merge';
  const first = text.charCodeAt(0);
  // Quick way out: no word of the table and no number starts with these letters.
  if (first > 0x3c && text.length > LONGEST_WORD && first !== 0x7e) return '!!str';
  return resolvePlain(text, 'v3').tag;
}
