import { invalid } from '../failure.ts';
import type { CapstanError } from '@capstan/errors';
import { isBreak } from './characters.ts';
import type { Mark } from './token.ts';

/** A cursor over the text that knows its line and column. The text ends with a NUL that stands for its end. */
export class Reader {
  readonly text: string;
  readonly source: string | undefined;
  /** The line that the text starts at. */
  readonly firstLine: number;
  pos = 0;
  line: number;
  lineStart = 0;

  /** `firstLine` counts from 1, as files do. */
  constructor(text: string, source: string | undefined, firstLine = 1) {
    this.text = `${text}\0`;
    this.source = source;
    this.firstLine = this.line = firstLine - 1;
  }

  /** The code unit `ahead` of the cursor; NUL at and past the end. */
  peek(ahead: number): number {
    // Past the end `charCodeAt` gives NaN.
    return this.text.charCodeAt(this.pos + ahead) || 0;
  }

  get column(): number {
    return this.pos - this.lineStart;
  }

  mark(): Mark {
    return { index: this.pos, line: this.line, column: this.pos - this.lineStart };
  }

  /** Passes the break at the cursor, if there is one, and gives what it stands for in a scalar. */
  readBreak(): string {
    const code = this.text.charCodeAt(this.pos);
    if (!isBreak(code)) return '';
    this.pos += code === 0x0d && this.text.charCodeAt(this.pos + 1) === 0x0a ? 2 : 1;
    this.line++;
    this.lineStart = this.pos;
    return code === 0x2028 ? '\u2028' : code === 0x2029 ? '\u2029' : '\n';
  }

  /** Whether `---` or `...` stands at the start of the line that the cursor is at. */
  atDocumentIndicator(): boolean {
    if (this.pos !== this.lineStart) return false;
    const code = this.text.charCodeAt(this.pos);
    if (code !== 0x2d && code !== 0x2e) return false;
    return this.peek(1) === code && this.peek(2) === code && (this.peek(3) <= 0x20 || isBreak(this.peek(3)));
  }

  fail(problem: string, at: Mark = this.mark()): CapstanError<'YAML_INVALID'> {
    return invalid(problem, { source: this.source, line: at.line + 1, column: at.column + 1 });
  }
}
