import { syntaxProblem, type SourceText } from './problem.ts';
import { readTextBlock, unescape } from './string-literals.ts';

/** The kinds of tokens; keywords and symbols stand for themselves. */
export type TokenKind = 'identifier' | 'number' | 'string' | 'block' | 'operator' | 'symbol' | 'keyword' | 'end';

/** A word of a program. `text` of a string is what it stands for. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const keywords = new Set(
  'assert else error false for function if import importstr importbin in local null self super tailstrict then true'.split(
    ' ',
  ),
);
const symbols = new Set(['{', '}', '[', ']', '(', ')', ',', '.', ';']);
const operatorLetters = new Set('!$:~+-&|^=<>*/%');

/** Splits a program into tokens. Throws RENDER_INVALID. */
export function tokenize(source: SourceText): readonly Token[] {
  const { text } = source;
  const tokens: Token[] = [];
  let at = 0;
  const push = (kind: TokenKind, start: number, value: string): void => {
    tokens.push({ kind, text: value, start, end: at });
  };
  for (;;) {
    at = skipBlank(source, at);
    const letter = text[at];
    const start = at;
    if (letter === undefined) {
      push('end', start, '');
      return tokens;
    }
    if (/[A-Za-z_]/.test(letter)) {
      while (/[A-Za-z_0-9]/.test(text[at] ?? '')) at++;
      const word = text.slice(start, at);
      push(keywords.has(word) ? 'keyword' : 'identifier', start, word);
    } else if (/[0-9]/.test(letter)) {
      at = numberEnd(source, at);
      push('number', start, text.slice(start, at).replaceAll('_', ''));
    } else if (letter === '"' || letter === "'") {
      at = quoteEnd(source, at, letter);
      push('string', start, unescape(source, start + 1, at - 1));
    } else if (letter === '@') {
      at = verbatimEnd(source, at);
      const quote = text[start + 1] ?? '';
      push('string', start, text.slice(start + 2, at - 1).replaceAll(quote + quote, quote));
    } else if (symbols.has(letter)) {
      at++;
      push('symbol', start, letter);
    } else if (text.startsWith('|||', at)) {
      const block = readTextBlock(source, at);
      at = block.end;
      push('block', start, block.text);
    } else if (operatorLetters.has(letter)) {
      at = operatorEnd(text, at);
      push('operator', start, text.slice(start, at));
    } else {
      const shown = String.fromCodePoint(text.codePointAt(at) ?? 0);
      throw syntaxProblem(`Could not lex the character '${shown}'`, { file: source, start, end: start + shown.length });
    }
  }
}

function skipBlank(source: SourceText, from: number): number {
  const { text } = source;
  let at = from;
  for (;;) {
    while (/[ \t\r\n]/.test(text[at] ?? '')) at++;
    if (text[at] === '#' || text.startsWith('//', at)) {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
    } else if (text.startsWith('/*', at)) {
      const end = text.indexOf('*/', at + 2);
      if (end < 0)
        throw syntaxProblem('Multi-line comment has no terminating */', { file: source, start: at, end: at + 2 });
      at = end + 2;
    } else return at;
  }
}

/** JSON's numbers, whose digits may be parted by single underscores. */
function numberEnd(source: SourceText, from: number): number {
  const { text } = source;
  let at = from;
  const junk = (after: string): never => {
    const shown = text[at] === undefined ? '' : JSON.stringify(text[at]).replaceAll('"', "'");
    throw syntaxProblem(`Couldn't lex number, junk after ${after}: ${shown}`, { file: source, start: at, end: at });
  };
  const digits = (after: string): void => {
    if (!/[0-9]/.test(text[at] ?? '')) junk(after);
    while (/[0-9_]/.test(text[at] ?? '')) {
      if (text[at] === '_' && !/[0-9]/.test(text[at + 1] ?? '')) {
        at++;
        junk("'_'");
      }
      at++;
    }
  };
  if (text[at] === '0') {
    at++;
    if (text[at] === '_') {
      at++;
      junk("'_'");
    }
  } else digits('');
  if (text[at] === '.') {
    at++;
    digits('decimal point');
  }
  if (text[at] === 'e' || text[at] === 'E') {
    at++;
    const signed = text[at] === '+' || text[at] === '-';
    if (signed) at++;
    digits(signed ? 'exponent sign' : "'E'");
  }
  return at;
}

function quoteEnd(source: SourceText, from: number, quote: string): number {
  const { text } = source;
  let at = from + 1;
  while (text[at] !== quote) {
    if (text[at] === undefined)
      throw syntaxProblem('Unterminated String', { file: source, start: from, end: from + 1 });
    at += text[at] === '\\' ? 2 : 1;
  }
  return at + 1;
}

function verbatimEnd(source: SourceText, from: number): number {
  const { text } = source;
  const quote = text[from + 1];
  if (quote !== '"' && quote !== "'")
    throw syntaxProblem("Couldn't lex verbatim string, junk after '@'", { file: source, start: from, end: from + 1 });
  let at = from + 2;
  for (;;) {
    if (text[at] === undefined)
      throw syntaxProblem('Unterminated String', { file: source, start: from, end: from + 1 });
    if (text[at] !== quote) at++;
    else if (text[at + 1] === quote) at += 2;
    else return at + 1;
  }
}

/** As many letters of operators as go together: up to a comment or a text block, and with no sign at the end. */
function operatorEnd(text: string, from: number): number {
  if (text[from] === '$') return from + 1;
  let end = from;
  while (operatorLetters.has(text[end] ?? '')) {
    if (end > from && (text.startsWith('|||', end) || text.startsWith('//', end) || text.startsWith('/*', end))) break;
    end++;
  }
  while (end > from + 1 && /[+\-~!$]/.test(text[end - 1] ?? '')) end--;
  return end;
}
