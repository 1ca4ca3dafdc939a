import { CapstanError } from '@capstan/errors';
import { parseJson } from '@capstan/object';

/** A token; `text` of a string is empty, its parts are read by `Lexer.stringPart`. */
export interface Token {
  readonly type: 'identifier' | 'keyword' | 'field' | 'variable' | 'number' | 'format' | 'symbol' | 'quote' | 'end';
  readonly text: string;
  readonly at: number;
}

const KEYWORDS = new Set(
  'or and module import include def as label break null true false if then elif else end try catch reduce foreach'.split(
    ' ',
  ),
);

/** Longest first, so that `?//` is not read as `?` and `//`. */
const SYMBOLS = '?// //= |= += -= *= /= %= == != >= <= // .. . [ ] { } ( ) | , : ; = < > + - * / % ?'.split(' ');

const IDENTIFIER = /[A-Za-z_][A-Za-z0-9_]*(?:::[A-Za-z_][A-Za-z0-9_]*)?/y;
const FIELD = /\.[A-Za-z_][A-Za-z0-9_]*/y;
const VARIABLE = /\$[A-Za-z_][A-Za-z0-9_]*(?:::[A-Za-z_][A-Za-z0-9_]*)?/y;
const FORMAT = /@[A-Za-z0-9_]+/y;
const NUMBER = /(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?/y;
const ESCAPE = /\\(?:["/\\bfnrt]|u[0-9a-fA-F]{4})/y;

/** Reads tokens of jq's language, one at a time, as gojq splits them. */
export class Lexer {
  readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** The next token. @throws CapstanError EXPRESSION_INVALID */
  next(): Token {
    this.skipBlank();
    const at = this.at;
    const character = this.text[at];
    if (character === undefined) return { type: 'end', text: '', at };
    if (character === '"') return this.take('quote', '"');
    const identifier = this.match(IDENTIFIER);
    if (identifier !== undefined) return this.take(KEYWORDS.has(identifier) ? 'keyword' : 'identifier', identifier);
    const field = this.match(FIELD);
    if (field !== undefined) return { ...this.take('field', field), text: field.slice(1) };
    const number = this.match(NUMBER);
    if (number !== undefined) return this.number(number);
    const variable = this.match(VARIABLE);
    if (variable !== undefined) return this.take('variable', variable);
    const format = this.match(FORMAT);
    if (format !== undefined) return this.take('format', format);
    const symbol = SYMBOLS.find((candidate) => this.text.startsWith(candidate, at));
    if (symbol === undefined)
      this.fail(`unexpected ${JSON.stringify(String.fromCodePoint(this.text.codePointAt(at) ?? 0))}`, at);
    return this.take('symbol', symbol);
  }

  /**
   * After a quote or an interpolation: the literal text up to what ends it, which is consumed.
   * @throws CapstanError EXPRESSION_INVALID
   */
  stringPart(): { readonly text: string; readonly end: 'quote' | 'interpolation' } {
    let text = '';
    for (;;) {
      const character = this.text[this.at];
      if (character === undefined) this.fail('a string has no end', this.at);
      if (character === '"') {
        this.at++;
        return { text, end: 'quote' };
      }
      if (character !== '\\') {
        text += character;
        this.at++;
      } else if (this.text[this.at + 1] === '(') {
        this.at += 2;
        return { text, end: 'interpolation' };
      } else {
        text += this.escape();
      }
    }
  }

  /** Throws EXPRESSION_INVALID with the place. */
  fail(problem: string, at: number): never {
    throw new CapstanError(
      'EXPRESSION_INVALID',
      `the jq expression cannot be read: ${problem} at character ${at + 1}`,
      {
        data: { at: at + 1 },
      },
    );
  }

  /** Surrogate pairs are escaped as two units, and belong together. */
  private escape(): string {
    let escapes = '';
    const start = this.at;
    for (let unit = this.match(ESCAPE); unit !== undefined; unit = this.match(ESCAPE)) {
      escapes += unit;
      this.at += unit.length;
    }
    if (escapes === '') this.fail('an escape sequence that strings do not have', start);
    const decoded = parseJson(`"${escapes}"`);
    return typeof decoded === 'string' ? decoded.toWellFormed() : '';
  }

  private number(text: string): Token {
    const token = this.take('number', text);
    const next = this.text[this.at];
    if (next !== undefined && /[A-Za-z_]/.test(next)) this.fail(`"${text}${next}" is no number`, token.at);
    if (next === '.' && text.includes('.')) this.fail(`"${text}." is no number`, token.at);
    return token;
  }

  private take(type: Token['type'], text: string): Token {
    const at = this.at;
    this.at += text.length;
    return { type, text, at };
  }

  private match(expression: RegExp): string | undefined {
    expression.lastIndex = this.at;
    return expression.exec(this.text)?.[0];
  }

  private skipBlank(): void {
    for (;;) {
      const character = this.text[this.at];
      if (character === ' ' || character === '\t' || character === '\n' || character === '\r') this.at++;
      else if (character === '#') this.skipComment();
      else return;
    }
  }

  /** A comment goes on over a line's end that an odd number of backslashes escapes. */
  private skipComment(): void {
    for (;;) {
      const character = this.text[this.at];
      if (character === undefined || character === '\n' || character === '\r') return;
      this.at++;
      if (character !== '\\') continue;
      if (this.text.startsWith('\r\n', this.at)) this.at += 2;
      else if (/[\\\n\r]/.test(this.text[this.at] ?? '')) this.at++;
    }
  }
}
