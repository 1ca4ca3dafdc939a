import { CapstanError } from '@capstan/errors';

/** A token of Lua; `value` of a string is its bytes. */
export interface Token {
  readonly type: 'name' | 'keyword' | 'number' | 'string' | 'symbol' | 'end';
  readonly text: string;
  readonly number: number;
  readonly line: number;
}

const KEYWORDS = new Set(
  'and break do else elseif end false for function goto if in local nil not or repeat return then true until while'.split(
    ' ',
  ),
);

const SYMBOLS = '... .. == ~= <= >= :: + - * / % ^ # < > = ( ) { } [ ] ; : , .'.split(' ');

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const NUMBER = /0[xX][0-9a-fA-F]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?/y;
const BLANK = /[ \t\r\v\f]+/y;
const LONG = /\[(=*)\[/y;

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
  '\n': '\n',
};

/** Splits a script, given as bytes, into tokens. @throws CapstanError EXPRESSION_INVALID */
export function tokenize(script: string): readonly Token[] {
  return new Lexer(script).all();
}

/** @throws CapstanError EXPRESSION_INVALID with the line */
export function failAt(line: number, problem: string): never {
  throw new CapstanError('EXPRESSION_INVALID', `the Lua script cannot be read: line ${line}: ${problem}`, {
    data: { line },
  });
}

class Lexer {
  private readonly text: string;
  private at = 0;
  private line = 1;

  constructor(text: string) {
    this.text = text;
    // A first line that begins with # names an interpreter.
    if (text.startsWith('#')) this.skipLine();
  }

  all(): readonly Token[] {
    const tokens: Token[] = [];
    for (;;) {
      const token = this.next();
      tokens.push(token);
      if (token.type === 'end') return tokens;
    }
  }

  private next(): Token {
    this.skipBlank();
    const { line } = this;
    const character = this.text[this.at];
    if (character === undefined) return { type: 'end', text: 'the end', number: 0, line };
    const name = this.match(NAME);
    if (name !== undefined) return { type: KEYWORDS.has(name) ? 'keyword' : 'name', text: name, number: 0, line };
    const digits = this.match(NUMBER);
    if (digits !== undefined) {
      if (/[A-Za-z0-9_]/.test(this.text[this.at] ?? ''))
        failAt(line, `"${digits}${this.text[this.at] ?? ''}" is no number`);
      return { type: 'number', text: digits, number: Number(digits), line };
    }
    if (character === '"' || character === "'")
      return { type: 'string', text: this.quoted(character), number: 0, line };
    const long = this.match(LONG);
    if (long !== undefined) return { type: 'string', text: this.long(long.length - 2), number: 0, line };
    const symbol = SYMBOLS.find((candidate) => this.text.startsWith(candidate, this.at));
    if (symbol === undefined) failAt(line, `unexpected ${JSON.stringify(character)}`);
    this.at += symbol.length;
    return { type: 'symbol', text: symbol, number: 0, line };
  }

  private quoted(quote: string): string {
    const start = this.line;
    let text = '';
    this.at++;
    for (;;) {
      const character = this.text[this.at++];
      if (character === quote) return text;
      if (character === undefined || character === '\n') failAt(start, 'a string has no end');
      text += character === '\\' ? this.escape() : character;
    }
  }

  private escape(): string {
    const digits = /[0-9]{1,3}/y;
    digits.lastIndex = this.at;
    const decimal = digits.exec(this.text)?.[0];
    if (decimal !== undefined) {
      this.at += decimal.length;
      return String.fromCharCode(Number(decimal) & 0xff);
    }
    const character = this.text[this.at++] ?? '';
    if (character === '\n') this.line++;
    return ESCAPES[character] ?? character;
  }

  private long(level: number): string {
    const start = this.line;
    const close = `]${'='.repeat(level)}]`;
    const end = this.text.indexOf(close, this.at);
    if (end < 0) failAt(start, 'a long string has no end');
    let text = this.text.slice(this.at, end);
    this.line += text.split('\n').length - 1;
    this.at = end + close.length;
    if (text.startsWith('\r\n')) text = text.slice(2);
    else if (text.startsWith('\n')) text = text.slice(1);
    return text;
  }

  private skipBlank(): void {
    for (;;) {
      if (this.text[this.at] === '\n') {
        this.line++;
        this.at++;
      } else if (this.text.startsWith('--', this.at)) {
        this.at += 2;
        const long = this.match(LONG);
        if (long === undefined) this.skipLine();
        else this.long(long.length - 2);
      } else if (this.match(BLANK) === undefined) {
        return;
      }
    }
  }

  private skipLine(): void {
    const end = this.text.indexOf('\n', this.at);
    this.at = end < 0 ? this.text.length : end;
  }

  private match(expression: RegExp): string | undefined {
    expression.lastIndex = this.at;
    const found = expression.exec(this.text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }
}
