import type { YamlStyle } from '../node.ts';
import { isBreak } from '../scan/characters.ts';
import { isPrintable } from './analyze.ts';
import type { Writer } from './writer.ts';

/** How a scalar is laid out. */
export interface ScalarLayout {
  /** Column of lines after the first. */
  readonly indent: number;
  /** Column beyond which lines are folded. */
  readonly width: number;
  /** Whether it may be folded; keys may not. */
  readonly folds: boolean;
  /** Columns that one level takes, for the indentation hint of block scalars. */
  readonly step: number;
  /** Writes what ends the header line of a block scalar: a line break, with a comment before it if there is one. */
  readonly endHeader?: () => void;
}

/** Writes a scalar in a style that its text allows. */
export function writeScalar(writer: Writer, text: string, style: YamlStyle, layout: ScalarLayout): void {
  switch (style) {
    case 'plain':
      if (text !== '' && !writer.whitespace) writer.put(' ');
      writeFlowing(writer, text, layout, false);
      break;
    case 'single':
      writer.indicator("'", true);
      writeFlowing(writer, text, layout, true);
      writer.indicator("'", false);
      break;
    case 'double':
      writer.indicator('"', true);
      writeDouble(writer, text, layout);
      writer.indicator('"', false);
      break;
    case 'literal':
      writer.indicator('|', true);
      writeBlockHints(writer, text, layout);
      writeLiteral(writer, text, layout);
      return;
    case 'folded':
      writer.indicator('>', true);
      writeBlockHints(writer, text, layout);
      writeFolded(writer, text, layout);
      return;
  }
  if (text !== '' || style !== 'plain') writer.whitespace = false;
  writer.indention = false;
}

/** Plain or single-quoted text, folded at single spaces beyond the width. */
function writeFlowing(writer: Writer, text: string, { indent, width, folds }: ScalarLayout, quoted: boolean): void {
  if (writer.column + text.length <= width && !hasBreak(text)) {
    writer.put(quoted ? text.replaceAll("'", "''") : text);
    return;
  }
  let spaces = false;
  let breaks = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x20) {
      const inside = quoted ? i > 0 && i < text.length - 1 : true;
      const fold = folds && !spaces && writer.column > width && inside && text.charCodeAt(i + 1) !== 0x20;
      if (fold) writer.indent(indent);
      else writer.put(' ');
      spaces = true;
    } else if (isBreak(code)) {
      if (!breaks && code === 0x0a) writer.lineBreak();
      writer.scalarBreak(text.charAt(i));
      breaks = true;
    } else {
      if (breaks) writer.indent(indent);
      writer.put(quoted && code === 0x27 ? "''" : text.charAt(i));
      writer.indention = false;
      spaces = false;
      breaks = false;
    }
  }
}

function hasBreak(text: string): boolean {
  return /[\r\n\x85\u2028\u2029]/.test(text);
}

const shortEscapes = new Map([
  [0x00, '0'],
  [0x07, 'a'],
  [0x08, 'b'],
  [0x09, 't'],
  [0x0a, 'n'],
  [0x0b, 'v'],
  [0x0c, 'f'],
  [0x0d, 'r'],
  [0x1b, 'e'],
  [0x22, '"'],
  [0x5c, '\\'],
  [0x85, 'N'],
  [0xa0, '_'],
  [0x2028, 'L'],
  [0x2029, 'P'],
]);

function escapeOf(point: number): string {
  const short = shortEscapes.get(point);
  if (short !== undefined) return `\\${short}`;
  const hex = point.toString(16).toUpperCase();
  if (point <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return point <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

function writeDouble(writer: Writer, text: string, { indent, width, folds }: ScalarLayout): void {
  // Go's check for a byte order mark looks at the start of the text, whatever character it is asked about.
  const escapesAll = text.startsWith('\ufeff');
  let spaces = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (escapesAll || !isPrintable(code) || isBreak(code) || code === 0x22 || code === 0x5c) {
      const point = text.codePointAt(i) ?? code;
      if (point > 0xffff) i++;
      writer.put(escapeOf(point >= 0xd800 && point <= 0xdfff ? 0xfffd : point));
      spaces = false;
    } else if (code === 0x20) {
      if (folds && !spaces && writer.column > width && i > 0 && i < text.length - 1) {
        writer.indent(indent);
        if (text.charCodeAt(i + 1) === 0x20) writer.put('\\');
      } else writer.put(' ');
      spaces = true;
    } else {
      writer.put(text.charAt(i));
      spaces = false;
    }
  }
}

function writeBlockHints(writer: Writer, text: string, { step, endHeader }: ScalarLayout): void {
  const first = text.charCodeAt(0);
  if (first === 0x20 || isBreak(first)) writer.indicator(String(step), false);
  const last = text.charCodeAt(text.length - 1);
  if (!isBreak(last)) writer.indicator('-', false);
  else if (text.length === 1 || isBreak(text.charCodeAt(text.length - 2))) writer.indicator('+', false);
  if (endHeader === undefined) writer.lineBreak();
  else endHeader();
  writer.whitespace = true;
}

function writeLiteral(writer: Writer, text: string, { indent }: ScalarLayout): void {
  let at = 0;
  while (at < text.length) {
    if (isBreak(text.charCodeAt(at))) {
      writer.scalarBreak(text.charAt(at++));
      continue;
    }
    const from = at;
    while (at < text.length && !isBreak(text.charCodeAt(at))) at++;
    writer.indent(indent);
    writer.put(text.slice(from, at));
    writer.indention = false;
  }
}

function writeFolded(writer: Writer, text: string, { indent, width }: ScalarLayout): void {
  let breaks = true;
  let leadingSpaces = true;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (isBreak(code)) {
      // libyaml looks at the start of the text here, not at the break.
      if (!breaks && !leadingSpaces && code === 0x0a && !startsBlankAfterBreaks(text)) writer.lineBreak();
      writer.scalarBreak(text.charAt(i));
      breaks = true;
      continue;
    }
    if (breaks) {
      writer.indent(indent);
      leadingSpaces = code === 0x20 || code === 0x09;
    }
    if (!breaks && code === 0x20 && text.charCodeAt(i + 1) !== 0x20 && writer.column > width) writer.indent(indent);
    else writer.put(text.charAt(i));
    writer.indention = false;
    breaks = false;
  }
}

function startsBlankAfterBreaks(text: string): boolean {
  let at = 0;
  while (isBreak(text.charCodeAt(at))) at++;
  return at >= text.length || text.charCodeAt(at) === 0x20 || text.charCodeAt(at) === 0x09;
}
