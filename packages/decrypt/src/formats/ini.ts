import { beyond, invalid, MAX_VALUES } from '../problem.ts';
import { branch, comment, isKind, type Branch, type Item } from '../sops-tree.ts';
import type { Store } from './format.ts';
import { valueText } from './value-text.ts';

const DEFAULT_SECTION = 'DEFAULT';

/** INI files, as go-ini reads and prints them; the metadata is a section of its own. */
export const ini: Store = {
  metadata: 'flat-below-top',
  load: (text) => [branch(readSections(text))],
  emit: (branches) => branches.map(printSections).join(''),
};

function readSections(text: string): readonly Item[] {
  const sections: { readonly name: string; readonly items: Item[] }[] = [{ name: DEFAULT_SECTION, items: [] }];
  let waiting: string[] = [];
  let values = 0;
  const reader = text.replace(/^\ufeff/, '').split('\n');
  for (let at = 0; at < reader.length; at++) {
    const line = (reader[at] ?? '').trim();
    if (line === '') continue;
    if (line.startsWith('#') || line.startsWith(';')) {
      waiting.push(line);
      continue;
    }
    if (++values > MAX_VALUES) throw beyond(`an INI file holds more than ${MAX_VALUES} lines`);
    const notes = waiting.length === 0 ? [] : [comment(stripped(waiting.join('\n')))];
    waiting = [];
    if (line.startsWith('[')) {
      const end = line.lastIndexOf(']');
      if (end < 0) throw invalid(`Could not unmarshal input data: unclosed section at line ${at + 1}`);
      sections.push({ name: line.slice(1, end), items: notes.map((key) => ({ key, value: null })) });
      continue;
    }
    const { key, rest } = keyOf(line, at + 1);
    const found = valueAt(reader, at, rest);
    at = found.at;
    const section = sections.at(-1);
    section?.items.push({ key, value: found.value }, ...notes.map((one) => ({ key: one, value: null })));
  }
  return sections.map(({ name, items }) => ({ key: name, value: branch(items) }));
}

function stripped(text: string): string {
  return text.startsWith(';') ? text.replace(/^[; ]+/, '') : text.replace(/^[# ]+/, '');
}

function keyOf(line: string, number: number): { readonly key: string; readonly rest: string } {
  const quote = line.startsWith('"""') ? '"""' : line.startsWith('`') ? '`' : line.startsWith('"') ? '"' : '';
  if (quote !== '') {
    const end = line.indexOf(quote, quote.length);
    const delimiter = end < 0 ? -1 : line.slice(end).search(/[=:]/);
    if (delimiter < 0) throw invalid(`Could not unmarshal input data: missing closing key quote at line ${number}`);
    return { key: line.slice(quote.length, end), rest: line.slice(end + delimiter + 1).trimStart() };
  }
  const at = line.search(/[=:]/);
  if (at < 0) throw invalid(`Could not unmarshal input data: key-value delimiter not found at line ${number}`);
  return { key: line.slice(0, at).trim(), rest: line.slice(at + 1).trimStart() };
}

/** A value, with the lines that it goes on in, and the last of them. */
function valueAt(reader: readonly string[], at: number, rest: string): { readonly value: string; readonly at: number } {
  const quote = rest.length > 3 && rest.startsWith('"""') ? '"""' : rest.startsWith('`') ? '`' : '';
  if (quote !== '') return quotedValue(reader, at, rest.slice(quote.length), quote);
  let value = rest.trim();
  let last = at;
  while (value.endsWith('\\') && last + 1 < reader.length) {
    last++;
    value = value.slice(0, -1) + (reader[last] ?? '').trim();
  }
  const note = value.search(/[#;]/);
  if (note >= 0 && !/^["']/.test(value)) value = value.slice(0, note).trim();
  const isQuoted = value.length >= 2 && /^(?:"[^"]*"|'[^']*')$/.test(value);
  return { value: isQuoted ? value.slice(1, -1) : value, at: last };
}

function quotedValue(
  reader: readonly string[],
  at: number,
  begin: string,
  quote: string,
): { readonly value: string; readonly at: number } {
  const parts: string[] = [];
  let line = begin;
  let last = at;
  while (!line.includes(quote)) {
    parts.push(line);
    if (++last >= reader.length)
      throw invalid(`Could not unmarshal input data: missing closing quote from line ${at + 1}`);
    line = reader[last] ?? '';
  }
  parts.push(line.slice(0, line.lastIndexOf(quote)));
  return { value: parts.join('\n'), at: last };
}

function printSections({ items }: Branch): string {
  return items
    .flatMap(({ key, value }) => {
      if (typeof key !== 'string') return [];
      if (!isKind(value, 'branch'))
        throw invalid('Error encoding section: Section values should always be TreeBranches');
      return [printSection(key, value.items)];
    })
    .join('');
}

function printSection(name: string, items: readonly Item[]): string {
  const [first] = items;
  const about = first !== undefined && typeof first.key !== 'string' ? first.key : undefined;
  const keys = about === undefined ? items : items.slice(1);
  if (name === DEFAULT_SECTION && keys.length === 0) return '';
  const width = Math.max(0, ...keys.map(({ key }) => (typeof key === 'string' ? writtenKey(key).length : 0)));
  const lines = keys.flatMap(({ key, value }, at) => {
    if (typeof key !== 'string') return [];
    const next = keys[at + 1];
    const note = next !== undefined && typeof next.key !== 'string' ? commentLines(next.key.text) : [];
    return [...note, `${writtenKey(key).padEnd(width)} = ${writtenValue(valueText(value, key))}`];
  });
  const head = name === DEFAULT_SECTION ? [] : [`[${name}]`];
  return `${[...(about === undefined ? [] : commentLines(about.text)), ...head, ...lines].join('\n')}\n\n`;
}

function commentLines(text: string): readonly string[] {
  return text.split('\n').map((line) => (/^[#;]/.test(line) ? line : `; ${line}`));
}

function writtenKey(key: string): string {
  if (key.includes('`')) return `"""${key}"""`;
  return /["=:]/.test(key) ? `\`${key}\`` : key;
}

function writtenValue(value: string): string {
  if (/[\n`]/.test(value)) return `"""${value}"""`;
  if (/[#;]/.test(value)) return `\`${value}\``;
  return value.trim() === value ? value : `"${value}"`;
}
