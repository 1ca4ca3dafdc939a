import type { ByteText } from './byte-text.ts';
import { beyond, problem, type SubstituteLimits } from './problem.ts';
import { Scanner, type Accept, type ScanMode } from './scanner.ts';

/** A piece of a text: as it stands, or `${param…}` with an operator (empty for none) and what it is applied to. */
export type Part =
  | { readonly kind: 'text'; readonly value: ByteText }
  | {
      readonly kind: 'expression';
      readonly param: ByteText;
      readonly operator: string;
      readonly args: readonly Part[];
    };

type Expression = Extract<Part, { kind: 'expression' }>;

const words = {
  bad: 'bad substitution',
  unclosed: 'missing closing brace',
  name: 'unable to parse variable name',
  nested: 'unable to parse substitution within function',
  fallback: 'unable to parse default function',
};

const anything: Accept = () => true;
const inName: Accept = (rune) => /^[\p{L}\p{Nd}_]$/u.test(rune);
const notClosing: Accept = (rune) => rune !== '}';
const notSlash: Accept = (rune) => rune !== '/';
const slash: Accept = (rune) => rune === '/';
const colon: Accept = (rune) => rune === ':';
const once =
  (only: string): Accept =>
  (rune, place) =>
    rune === only && place === 1;
const twice =
  (only: string): Accept =>
  (rune, place) =>
    only.includes(rune) && place < 3;
const fallbackOperator: Accept = (rune, place) => (place === 1 ? rune === ':' : place === 2 && '=-?+'.includes(rune));
const replaceOperator: Accept = (rune, place) => (place === 1 ? rune === '/' : place === 2 && '/#%'.includes(rune));

/**
 * Reads a text with drone/envsubst's expressions, as Flux's fork of it does. Operators: `#` (length, or shortest prefix
 * off), `##`, `%`, `%%`, `^`, `^^`, `,`, `,,`, `:offset:length`, `/`, `//`, `/#`, `/%`, `=`, `:=`, `:-`, `:?`, `:+`;
 * `$$` is a dollar sign. Throws RENDER_INVALID in the library's words, RENDER_LIMIT where expressions nest too deep.
 */
export function parseSubstitutions(text: ByteText, limits: Pick<SubstituteLimits, 'maxDepth'>): readonly Part[] {
  return new Parser(text, limits.maxDepth).parts();
}

class Parser {
  readonly #scanner: Scanner;
  readonly #maxDepth: number;
  #depth = 0;

  constructor(text: ByteText, maxDepth: number) {
    this.#scanner = new Scanner(text);
    this.#maxDepth = maxDepth;
  }

  parts(): readonly Part[] {
    const parts: Part[] = [];
    for (;;) {
      const token = this.#scanner.scan({ accept: anything, text: true, open: true, escapes: 'dollar' });
      if (token.kind === 'end') return parts;
      if (token.kind === 'text') parts.push(token);
      else if (token.kind === 'open') parts.push(this.#expression());
      else throw problem(words.bad);
    }
  }

  #expression(): Expression {
    if (++this.#depth > this.#maxDepth) throw beyond('maxDepth', this.#maxDepth);
    const expression = this.#scanner.peek() === '#' ? this.#length() : this.#named();
    this.#depth--;
    return expression;
  }

  #length(): Expression {
    const operator = this.#text({ accept: once('#') }, words.bad);
    const param = this.#text({ accept: inName }, words.bad);
    return this.#closed({ param, operator, args: [] });
  }

  #named(): Expression {
    const param = this.#text({ accept: inName }, words.name);
    switch (this.#scanner.peek()) {
      case ':':
        return '=-?+'.includes(this.#scanner.peek(1) || ' ') ? this.#fallback(param) : this.#substring(param);
      case '=':
        return this.#fallback(param);
      case ',':
      case '^':
        return this.#closed({ param, operator: this.#text({ accept: twice(',^') }, words.bad), args: [] });
      case '/':
        return this.#replace(param);
      case '#':
        return this.#trim(param, '#');
      case '%':
        return this.#trim(param, '%');
      default:
        return this.#closed({ param, operator: '', args: [] }, words.unclosed);
    }
  }

  /** `${param=word}` and its like: the word may hold texts and expressions in any number. */
  #fallback(param: ByteText): Expression {
    const accept = this.#scanner.peek() === '=' ? once('=') : fallbackOperator;
    const operator = this.#text({ accept }, words.fallback);
    const args: Part[] = [];
    while (this.#scanner.peek() !== '}') args.push(this.#argument({ accept: notClosing }));
    return this.#closed({ param, operator, args });
  }

  /** `${param:offset}` and `${param:offset:length}`. */
  #substring(param: ByteText): Expression {
    const operator = this.#text({ accept: once(':') }, words.bad);
    const offset = this.#argument({ accept: (rune) => rune !== ':' && rune !== '}' });
    const token = this.#scanner.scan({ accept: colon, text: true, close: true });
    if (token.kind === 'close') return { kind: 'expression', param, operator, args: [offset] };
    if (token.kind !== 'text') throw problem(words.bad);
    return this.#closed({ param, operator, args: [offset, this.#argument({ accept: notClosing })] });
  }

  #trim(param: ByteText, sign: '#' | '%'): Expression {
    const operator = this.#text({ accept: twice(sign) }, words.bad);
    return this.#closed({ param, operator, args: [this.#argument({ accept: notClosing })] });
  }

  #replace(param: ByteText): Expression {
    const operator = this.#text({ accept: replaceOperator }, words.bad);
    const pattern = this.#argument({ accept: notSlash, escapes: 'all' });
    this.#text({ accept: slash }, words.bad);
    if (this.#scanner.peek() === '}') return this.#closed({ param, operator, args: [pattern] });
    const args = [pattern, this.#argument({ accept: notClosing, escapes: 'all' })];
    return this.#closed({ param, operator, args });
  }

  /** One text or one expression. */
  #argument(mode: ScanMode): Part {
    const token = this.#scanner.scan({ ...mode, text: true, open: true });
    if (token.kind === 'open') return this.#expression();
    if (token.kind === 'text') return token;
    throw problem(words.nested);
  }

  #text(mode: ScanMode, otherwise: string): ByteText {
    const token = this.#scanner.scan({ ...mode, text: true });
    if (token.kind !== 'text') throw problem(otherwise);
    return token.value;
  }

  #closed(expression: Omit<Expression, 'kind'>, otherwise = words.bad): Expression {
    if (this.#scanner.scan({ accept: anything, close: true }).kind !== 'close') throw problem(otherwise);
    return { kind: 'expression', ...expression };
  }
}
