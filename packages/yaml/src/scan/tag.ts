import { hexDigit, isBlank, isBlankOrEnd, isBreakOrEnd, isWord } from './characters.ts';
import type { Reader } from './reader.ts';
import type { Mark } from './token.ts';

const uriMarks = new Set([...";/?:@&=+$,.!~*'()[]%"].map((character) => character.charCodeAt(0)));

/** Reads the name of an anchor or alias whose indicator is at the cursor. */
export function scanAnchor(reader: Reader): string {
  const start = reader.mark();
  const from = ++reader.pos;
  while (isWord(reader.peek(0))) reader.pos++;
  const next = reader.peek(0);
  if (reader.pos === from || !(isBlankOrEnd(next) || '?:,]}%@`'.includes(String.fromCharCode(next)))) {
    throw reader.fail('did not find expected alphabetic or numeric character', start);
  }
  return reader.text.slice(from, reader.pos);
}

/** Reads a tag whose `!` is at the cursor, as the handle and the suffix that it is made of. */
export function scanTag(reader: Reader): { handle: string; suffix: string } {
  const start = reader.mark();
  let handle = '';
  let suffix: string;
  if (reader.peek(1) === 0x3c) {
    reader.pos += 2;
    suffix = scanUri(reader, '', start);
    if (reader.peek(0) !== 0x3e) throw reader.fail("did not find the expected '>'", start);
    reader.pos++;
  } else {
    handle = scanHandle(reader, false, start);
    if (handle.length > 1 && handle.endsWith('!')) suffix = scanUri(reader, '', start);
    else {
      suffix = scanUri(reader, handle, start);
      handle = '!';
      // The tag `!` alone has no handle.
      if (suffix === '') [handle, suffix] = ['', '!'];
    }
  }
  if (!isBlankOrEnd(reader.peek(0))) throw reader.fail('did not find expected whitespace or line break', start);
  return { handle, suffix };
}

/** A directive: `%YAML` with its version as `1.1`, or `%TAG` with a handle and a prefix. */
export interface Directive {
  readonly kind: 'version' | 'tag-directive';
  readonly value: string;
  readonly suffix: string;
}

/** Reads the directive whose `%` is at the cursor, and the rest of its line. */
export function scanDirective(reader: Reader): Directive {
  const start = reader.mark();
  const from = ++reader.pos;
  while (isWord(reader.peek(0))) reader.pos++;
  const name = reader.text.slice(from, reader.pos);
  if (name === '') throw reader.fail('could not find expected directive name', start);
  if (!isBlankOrEnd(reader.peek(0))) throw reader.fail('found unexpected non-alphabetical character', start);
  let directive: Directive;
  if (name === 'YAML') directive = { kind: 'version', value: scanVersion(reader, start), suffix: '' };
  else if (name === 'TAG') directive = scanTagDirective(reader, start);
  else throw reader.fail('found unknown directive name', start);
  skipBlanks(reader);
  if (reader.peek(0) === 0x23) while (!isBreakOrEnd(reader.peek(0))) reader.pos++;
  if (!isBreakOrEnd(reader.peek(0))) throw reader.fail('did not find expected comment or line break', start);
  reader.readBreak();
  return directive;
}

function scanVersion(reader: Reader, start: Mark): string {
  skipBlanks(reader);
  const major = scanVersionNumber(reader, start);
  if (reader.peek(0) !== 0x2e) throw reader.fail("did not find expected digit or '.' character", start);
  reader.pos++;
  return `${String(major)}.${String(scanVersionNumber(reader, start))}`;
}

function scanVersionNumber(reader: Reader, start: Mark): number {
  const from = reader.pos;
  while (reader.peek(0) >= 0x30 && reader.peek(0) <= 0x39) {
    if (reader.pos - from === 2) throw reader.fail('found extremely long version number', start);
    reader.pos++;
  }
  if (reader.pos === from) throw reader.fail('did not find expected version number', start);
  return Number(reader.text.slice(from, reader.pos));
}

function scanTagDirective(reader: Reader, start: Mark): Directive {
  skipBlanks(reader);
  const value = scanHandle(reader, true, start);
  if (!isBlank(reader.peek(0))) throw reader.fail('did not find expected whitespace', start);
  skipBlanks(reader);
  const suffix = scanUri(reader, '', start);
  if (!isBlankOrEnd(reader.peek(0))) throw reader.fail('did not find expected whitespace or line break', start);
  return { kind: 'tag-directive', value, suffix };
}

function skipBlanks(reader: Reader): void {
  while (isBlank(reader.peek(0))) reader.pos++;
}

function scanHandle(reader: Reader, inDirective: boolean, start: Mark): string {
  if (reader.peek(0) !== 0x21) throw reader.fail("did not find expected '!'", start);
  const from = reader.pos++;
  while (isWord(reader.peek(0))) reader.pos++;
  if (reader.peek(0) === 0x21) reader.pos++;
  else if (inDirective && reader.pos - from !== 1) throw reader.fail("did not find expected '!'", start);
  return reader.text.slice(from, reader.pos);
}

/** `head` is what was read as a handle and is none: its text after the `!` belongs to the URI. */
function scanUri(reader: Reader, head: string, start: Mark): string {
  let uri = head.slice(1);
  const from = reader.pos;
  for (let code = reader.peek(0); isWord(code) || uriMarks.has(code); code = reader.peek(0)) {
    if (code === 0x25) uri += scanUriEscape(reader, start);
    else {
      uri += String.fromCharCode(code);
      reader.pos++;
    }
  }
  if (head === '' && reader.pos === from) throw reader.fail('did not find expected tag URI', start);
  return uri;
}

/** One character, written as the octets of its UTF-8 form: `%C3%A9`. */
function scanUriEscape(reader: Reader, start: Mark): string {
  const octets: number[] = [];
  let width = 1;
  while (octets.length < width) {
    const high = hexDigit(reader.peek(1));
    const low = hexDigit(reader.peek(2));
    if (reader.peek(0) !== 0x25 || high < 0 || low < 0) throw reader.fail('did not find URI escaped octet', start);
    const octet = high * 16 + low;
    if (octets.length === 0) {
      width = octet < 0x80 ? 1 : octet >> 5 === 0b110 ? 2 : octet >> 4 === 0b1110 ? 3 : octet >> 3 === 0b11110 ? 4 : 0;
      if (width === 0) throw reader.fail('found an incorrect leading UTF-8 octet', start);
    } else if (octet >> 6 !== 0b10) throw reader.fail('found an incorrect trailing UTF-8 octet', start);
    octets.push(octet);
    reader.pos += 3;
  }
  return new TextDecoder().decode(new Uint8Array(octets));
}
