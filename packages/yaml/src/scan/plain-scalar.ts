import { isBlank, isBlankOrEnd, isBreak, isFlowIndicator } from './characters.ts';
import type { Reader } from './reader.ts';

/** What a plain scalar left behind: its text, and whether a line break followed it, after which a key may start. */
export interface PlainScalar {
  readonly value: string;
  readonly endsInBreak: boolean;
}

/** Reads a plain scalar at the cursor. `indent` is the column that its further lines must reach in block context. */
export function scanPlainScalar(reader: Reader, inFlow: boolean, indent: number): PlainScalar {
  const { text } = reader;
  const start = reader.mark();
  let value = '';
  let from = reader.pos;
  let end = reader.pos;
  let broken = false;
  let firstBreak = '';
  let moreBreaks = '';
  for (;;) {
    if (reader.atDocumentIndicator() || text.charCodeAt(reader.pos) === 0x23) break;
    const begin = reader.pos;
    reader.pos = endOfWord(text, begin, inFlow);
    if (reader.pos > begin) {
      if (broken) {
        value += firstBreak !== '\n' ? firstBreak + moreBreaks : moreBreaks === '' ? ' ' : moreBreaks;
        broken = false;
        moreBreaks = '';
        from = begin;
      }
      end = reader.pos;
    }
    let code = text.charCodeAt(reader.pos);
    if (!isBlank(code) && !isBreak(code)) break;
    for (; isBlank(code) || isBreak(code); code = text.charCodeAt(reader.pos)) {
      if (isBlank(code)) {
        if (broken && code === 0x09 && reader.column < indent) {
          throw reader.fail('found a tab character that violates indentation', start);
        }
        reader.pos++;
      } else if (!broken) {
        value += text.slice(from, end);
        from = end;
        firstBreak = reader.readBreak();
        broken = true;
      } else {
        moreBreaks += reader.readBreak();
      }
    }
    if (!inFlow && reader.column < indent) break;
  }
  return { value: broken ? value : value + text.slice(from, end), endsInBreak: broken };
}

function endOfWord(text: string, begin: number, inFlow: boolean): number {
  let at = begin;
  for (; ; at++) {
    const code = text.charCodeAt(at);
    if (code <= 0x20) return at;
    if (code === 0x3a) {
      if (isBlankOrEnd(text.charCodeAt(at + 1))) return at;
    } else if (inFlow ? isFlowIndicator(code) : false) return at;
    else if (code >= 0x85 && isBreak(code)) return at;
  }
}
