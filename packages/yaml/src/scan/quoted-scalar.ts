import { END, hexDigit, isBlank, isBlankOrEnd, isBreak } from './characters.ts';
import type { Reader } from './reader.ts';
import type { Mark } from './token.ts';

const escapes: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
};

/** Reads a quoted scalar whose opening quote is at the cursor, and passes its closing quote. */
export function scanQuotedScalar(reader: Reader, single: boolean): string {
  const { text } = reader;
  const start = reader.mark();
  const quote = single ? 0x27 : 0x22;
  reader.pos++;
  let value = '';
  for (;;) {
    if (reader.atDocumentIndicator()) throw reader.fail('found unexpected document indicator', start);
    if (text.charCodeAt(reader.pos) === END && reader.pos >= text.length - 1) {
      throw reader.fail('found unexpected end of stream', start);
    }
    const word = scanWord(reader, quote, start);
    value += word.text;
    if (text.charCodeAt(reader.pos) === quote) break;
    value += scanGap(reader, word.escapedBreak);
  }
  reader.pos++;
  return value;
}

/** Everything up to the next blank, break, closing quote or escaped line break. */
function scanWord(reader: Reader, quote: number, start: Mark): { text: string; escapedBreak: boolean } {
  const { text } = reader;
  let value = '';
  let from = reader.pos;
  for (;;) {
    const code = text.charCodeAt(reader.pos);
    if (code === quote) {
      if (quote !== 0x27 || text.charCodeAt(reader.pos + 1) !== 0x27) break;
      value += text.slice(from, reader.pos + 1);
      reader.pos += 2;
      from = reader.pos;
    } else if (code === 0x5c && quote === 0x22) {
      value += text.slice(from, reader.pos);
      if (isBreak(text.charCodeAt(reader.pos + 1))) {
        reader.pos++;
        reader.readBreak();
        return { text: value, escapedBreak: true };
      }
      value += scanEscape(reader, start);
      from = reader.pos;
    } else if (isBlankOrEnd(code)) break;
    else reader.pos++;
  }
  return { text: value + text.slice(from, reader.pos), escapedBreak: false };
}

function scanEscape(reader: Reader, start: Mark): string {
  const letter = reader.text.charAt(reader.pos + 1);
  const length = letter === 'x' ? 2 : letter === 'u' ? 4 : letter === 'U' ? 8 : 0;
  if (length === 0) {
    const plain = Object.hasOwn(escapes, letter) ? escapes[letter] : undefined;
    if (plain === undefined) throw reader.fail('found unknown escape character', start);
    reader.pos += 2;
    return plain;
  }
  reader.pos += 2;
  let point = 0;
  for (let i = 0; i < length; i++) {
    const digit = hexDigit(reader.peek(i));
    if (digit < 0) throw reader.fail('did not find expected hexdecimal number', start);
    point = point * 16 + digit;
  }
  if ((point >= 0xd800 && point <= 0xdfff) || point > 0x10ffff) {
    throw reader.fail('found invalid Unicode character escape code', start);
  }
  reader.pos += length;
  return String.fromCodePoint(point);
}

/** Blanks within a line are kept; around line breaks they are dropped and the breaks folded. */
function scanGap(reader: Reader, afterEscapedBreak: boolean): string {
  const { text } = reader;
  const from = reader.pos;
  let broken = afterEscapedBreak;
  let firstBreak = '';
  let moreBreaks = '';
  for (let code = text.charCodeAt(from); ; code = text.charCodeAt(reader.pos)) {
    if (isBlank(code)) reader.pos++;
    else if (!isBreak(code)) break;
    else if (broken) moreBreaks += reader.readBreak();
    else {
      firstBreak = reader.readBreak();
      broken = true;
    }
  }
  if (!broken) return text.slice(from, reader.pos);
  if (firstBreak !== '\n') return firstBreak + moreBreaks;
  return moreBreaks === '' ? ' ' : moreBreaks;
}
