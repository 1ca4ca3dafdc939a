import { isBlank, isBreak, isBreakOrEnd } from './characters.ts';
import type { Reader } from './reader.ts';
import type { Comment, Mark, Token } from './token.ts';

/** How far yaml.v3 looks for a further comment, in characters. */
const LOOKAHEAD = 512;

const nowhere: Mark = { index: 0, line: 0, column: 0 };

/** How many line breaks lie between the cursor and the last character before it that is no blank. */
export function breaksBefore(reader: Reader): number {
  const { text } = reader;
  let count = 0;
  for (let at = reader.pos - 1; at >= 0; at--) {
    const code = text.charCodeAt(at);
    if (isBreak(code)) {
      count++;
      if (code === 0x0a && text.charCodeAt(at - 1) === 0x0d) at--;
    } else if (!isBlank(code)) break;
  }
  return count;
}

/** Reads a comment that follows on the line of the token at `tokenMark`; undefined when none does. */
export function scanLineComment(reader: Reader, tokenMark: Mark): Comment | undefined {
  if (breaksBefore(reader) > 0) return undefined;
  let ahead = 0;
  while (ahead < LOOKAHEAD && isBlank(reader.peek(ahead))) ahead++;
  if (ahead === LOOKAHEAD || reader.peek(ahead) !== 0x23) return undefined;
  reader.pos += ahead;
  const startMark = reader.mark();
  const line = scanToBreak(reader);
  return { scanMark: nowhere, tokenMark, startMark, endMark: nowhere, head: '', line, foot: '' };
}

function scanToBreak(reader: Reader): string {
  const from = reader.pos;
  while (!isBreakOrEnd(reader.text.charCodeAt(reader.pos))) reader.pos++;
  return reader.text.slice(from, reader.pos);
}

/** The place `ahead` of the cursor, told by its own line and column count. */
function markAhead(reader: Reader, ahead: number, line: number, column: number): Mark {
  return { index: reader.pos + ahead, line, column };
}

/**
 * Reads the comments from the cursor (at a `#`) up to the next token, and deals them out as yaml.v3 does: the foot of
 * what came before, or the head of what follows. `previous` is the last token that is no comma.
 */
export function scanComments(
  reader: Reader,
  previous: Token | undefined,
  from: Mark,
  indent: number,
  inFlow: boolean,
): Comment[] {
  const found: Comment[] = [];
  const nextIndent = Math.max(indent, 0);
  const breaks = breaksBefore(reader);
  let scanMark = from;
  let tokenMark: Mark = previous ?? nowhere;
  let startMark = nowhere;
  let recentEmpty = false;
  let firstEmpty = breaks <= 1;
  let line = reader.line;
  let column = reader.column;
  let text = '';
  const footLine =
    from.line === reader.firstLine ? -1 : reader.line - breaks + 1 + (breaks === 0 && reader.column > 1 ? 1 : 0);
  const closeFoot = (ahead: number) => {
    const endMark = markAhead(reader, ahead, line, column);
    found.push({ scanMark, tokenMark, startMark, endMark, head: '', line: '', foot: text });
    scanMark = endMark;
    tokenMark = scanMark;
    text = '';
  };

  let ahead = 0;
  for (; ahead < LOOKAHEAD; ahead++) {
    column++;
    const code = reader.peek(ahead);
    if (isBlank(code)) continue;
    const closes = inFlow && (code === 0x5d || code === 0x7d);
    if (closes || isBreakOrEnd(code)) {
      if (closes || !recentEmpty) {
        const dedented = startMark.column - 1 < nextIndent;
        if (closes || (firstEmpty && ((startMark.line === footLine && previous?.kind !== 'value') || dedented))) {
          if (text !== '') {
            if (dedented) tokenMark = startMark;
            closeFoot(ahead);
          }
        } else if (text !== '' && code !== 0) text += '\n';
      }
      if (!isBreak(code)) break;
      firstEmpty = false;
      recentEmpty = true;
      column = 0;
      line++;
      continue;
    }
    if (text !== '' && column - 1 < nextIndent && column !== startMark.column) closeFoot(ahead);
    if (code !== 0x23) break;
    if (text === '') startMark = markAhead(reader, ahead, line, column);
    else text += '\n';
    recentEmpty = false;
    text += scanCommentAhead(reader, ahead);
    // The break that ends the comment is no further line: the search goes on behind it.
    ahead = 0;
    column = 0;
    line = reader.line;
  }
  if (text !== '') {
    const endMark = markAhead(reader, ahead - 1, line, column);
    found.push({ scanMark, tokenMark: startMark, startMark, endMark, head: text, line: '', foot: '' });
  }
  return found;
}

/** Passes everything up to the comment `ahead` of the cursor, and reads it. */
function scanCommentAhead(reader: Reader, ahead: number): string {
  const target = reader.pos + ahead;
  while (reader.pos < target) {
    if (reader.readBreak() === '') reader.pos++;
  }
  return scanToBreak(reader);
}
