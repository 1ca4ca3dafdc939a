import { END, isBlank, isBreak, isBreakOrEnd } from './characters.ts';
import type { Reader } from './reader.ts';
import type { Mark } from './token.ts';

/**
 * Reads a literal or folded scalar whose `|` or `>` is at the cursor. `parentIndent` is the column of the enclosing
 * block, -1 at the root. `onComment` is called when a comment follows the header.
 */
export function scanBlockScalar(
  reader: Reader,
  literal: boolean,
  parentIndent: number,
  onComment: (start: Mark) => void,
): string {
  const start = reader.mark();
  reader.pos++;
  const header = scanHeader(reader, start);
  while (isBlank(reader.peek(0))) reader.pos++;
  if (reader.peek(0) === 0x23) {
    onComment(start);
    while (!isBreakOrEnd(reader.peek(0))) reader.pos++;
  }
  if (!isBreakOrEnd(reader.peek(0))) throw reader.fail('did not find expected comment or line break', start);
  reader.readBreak();

  const given = header.increment === 0 ? 0 : Math.max(parentIndent, 0) + header.increment;
  const leading = scanBreaks(reader, given, parentIndent, start);
  const { indent } = leading;
  let { breaks } = leading;
  const parts: string[] = [];
  let lineBreak = '';
  let afterBlank = false;
  while (reader.column === indent && reader.peek(0) !== END) {
    const blank = isBlank(reader.peek(0));
    if (!literal && !afterBlank && !blank && lineBreak === '\n') {
      if (breaks === '') parts.push(' ');
    } else parts.push(lineBreak);
    parts.push(breaks);
    afterBlank = blank;
    parts.push(scanLine(reader));
    lineBreak = reader.readBreak();
    ({ breaks } = scanBreaks(reader, indent, parentIndent, start));
  }
  if (header.chomping !== '-') parts.push(lineBreak);
  if (header.chomping === '+') parts.push(breaks);
  return parts.join('');
}

function scanLine(reader: Reader): string {
  const from = reader.pos;
  let at = from;
  while (!isBreakOrEnd(reader.text.charCodeAt(at))) at++;
  reader.pos = at;
  return reader.text.slice(from, at);
}

function scanHeader(reader: Reader, start: Mark): { chomping: '' | '+' | '-'; increment: number } {
  let chomping: '' | '+' | '-' = '';
  let increment = 0;
  const takeChomping = () => {
    const code = reader.peek(0);
    if (code !== 0x2b && code !== 0x2d) return false;
    chomping = code === 0x2b ? '+' : '-';
    reader.pos++;
    return true;
  };
  const takeIncrement = () => {
    const digit = reader.peek(0) - 0x30;
    if (digit < 0 || digit > 9) return;
    if (digit === 0) throw reader.fail('found an indentation indicator equal to 0', start);
    increment = digit;
    reader.pos++;
  };
  if (takeChomping()) takeIncrement();
  else {
    takeIncrement();
    if (increment > 0) takeChomping();
  }
  return { chomping, increment };
}

/** Passes indentation and empty lines; finds the indentation from the first line that has text when it is not given. */
function scanBreaks(
  reader: Reader,
  given: number,
  parentIndent: number,
  start: Mark,
): { indent: number; breaks: string } {
  let breaks = '';
  let deepest = 0;
  for (;;) {
    while ((given === 0 || reader.column < given) && reader.peek(0) === 0x20) reader.pos++;
    if (reader.column > deepest) deepest = reader.column;
    const code = reader.peek(0);
    if (code === 0x09 && (given === 0 || reader.column < given)) {
      throw reader.fail('found a tab character where an indentation space is expected', start);
    }
    if (!isBreak(code)) break;
    breaks += reader.readBreak();
  }
  return { indent: given !== 0 ? given : Math.max(deepest, parentIndent + 1, 1), breaks };
}
