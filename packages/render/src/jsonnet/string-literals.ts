import { syntaxProblem, type SourceText } from './problem.ts';

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** What the inside of a quoted string stands for. Throws RENDER_INVALID. */
export function unescape(source: SourceText, start: number, end: number): string {
  const raw = source.text.slice(start, end);
  if (!raw.includes('\\')) return raw;
  const place = { file: source, start: start - 1, end: end + 1 };
  let out = '';
  for (let at = 0; at < raw.length; at++) {
    const letter = raw[at] ?? '';
    if (letter !== '\\') {
      out += letter;
      continue;
    }
    at++;
    const code = raw[at] ?? '';
    if (code === 'u') {
      const digits = raw.slice(at + 1, at + 5);
      if (!/^[0-9a-fA-F]{4}$/.test(digits))
        throw syntaxProblem(`Unicode escape sequence was malformed: '${digits}'`, place);
      out += String.fromCharCode(Number.parseInt(digits, 16));
      at += 4;
    } else {
      const plain = Object.hasOwn(escapes, code) ? escapes[code] : undefined;
      if (plain === undefined) throw syntaxProblem(`Unknown escape sequence in string literal: \\${code}`, place);
      out += plain;
    }
  }
  return wellFormed(out);
}

/** A text in which halves of surrogate pairs that stand alone are replaced, as Go replaces them. */
export function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed();
}

/** Reads `||| … |||`: the lines between, without the indentation of the first. Throws RENDER_INVALID. */
export function readTextBlock(source: SourceText, start: number): { readonly text: string; readonly end: number } {
  const { text } = source;
  const fail = (message: string) => syntaxProblem(message, { file: source, start, end: start + 3 });
  let at = start + 3;
  const chomp = text[at] === '-';
  if (chomp) at++;
  while (/[ \t\r]/.test(text[at] ?? '')) at++;
  if (text[at] !== '\n') throw fail('Text block requires new line after |||.');
  at++;
  let out = '';
  while (text[at] === '\n') {
    out += '\n';
    at++;
  }
  const indent = /[ \t]*/y;
  indent.lastIndex = at;
  const margin = indent.exec(text)?.[0] ?? '';
  if (margin === '') throw fail("Text block's first line must start with whitespace");
  for (;;) {
    const line = text.indexOf('\n', at);
    if (line < 0) throw fail('Unexpected EOF');
    out += text.slice(at + margin.length, line + 1);
    at = line + 1;
    while (text[at] === '\n') {
      out += '\n';
      at++;
    }
    if (text.startsWith(margin, at)) continue;
    while (/[ \t]/.test(text[at] ?? '')) at++;
    if (!text.startsWith('|||', at)) throw fail('Text block not terminated with |||');
    return { text: chomp ? out.slice(0, -1) : out, end: at + 3 };
  }
}
