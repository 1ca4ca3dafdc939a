import type {
  Assertion,
  BinaryOperator,
  Bind,
  Clause,
  ImportForm,
  ImportReference,
  Node,
  Parameter,
  Program,
  UnaryOperator,
} from './ast.ts';
import { tokenize, type Token } from './lexer.ts';
import { MAX_NESTING } from './limits.ts';
import { parseObjectInside } from './parse-object.ts';
import { limitProblem, syntaxProblem, type Place, type SourceText } from './problem.ts';

/** How tightly operators bind: the smaller, the tighter. */
const precedences: ReadonlyMap<string, number> = new Map(
  ['* / %', '+ -', '<< >>', '< > <= >= in', '== !=', '&', '^', '|', '&&', '||'].flatMap((operators, level) =>
    operators.split(' ').map((operator): [string, number] => [operator, level]),
  ),
);
const LOOSEST = 9;
const unaryOperators = new Set(['+', '-', '!', '~']);
const imports: ReadonlyMap<string, ImportForm> = new Map([
  ['import', 'code'],
  ['importstr', 'text'],
  ['importbin', 'bytes'],
]);

/** Reads a program. Throws RENDER_INVALID, and RENDER_LIMIT where expressions are nested beyond MAX_NESTING. */
export function parseProgram(source: SourceText): Program {
  const parser = new Parser(source);
  const root = parser.expression();
  if (parser.peek().kind !== 'end') parser.unexpected(parser.peek());
  return { root, imports: parser.imports };
}

/** Goes through the tokens of a program once. */
export class Parser {
  readonly source: SourceText;
  readonly imports: ImportReference[] = [];
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(source: SourceText) {
    this.source = source;
    this.#tokens = tokenize(source);
  }

  peek(): Token {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw syntaxProblem('Unexpected end of file', this.placeFrom(this.source.text.length));
    return token;
  }

  pop(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  /** Takes a symbol, keyword or operator if it comes next. */
  take(text: string): Token | undefined {
    const token = this.peek();
    const fits = token.kind === 'symbol' || token.kind === 'keyword' || token.kind === 'operator';
    return fits && token.text === text ? this.pop() : undefined;
  }

  expect(text: string): Token {
    return this.take(text) ?? this.unexpected(this.peek(), `Expected token ${text}`);
  }

  identifier(): Token {
    const token = this.peek();
    if (token.kind !== 'identifier') this.unexpected(token, 'Expected token IDENTIFIER');
    return this.pop();
  }

  unexpected(token: Token, expected?: string): never {
    const place = { file: this.source, start: token.start, end: token.end };
    if (token.kind === 'end') throw syntaxProblem('Unexpected end of file', place);
    const shown = `${token.kind === 'symbol' || token.kind === 'keyword' ? '' : `${token.kind} `}${JSON.stringify(token.text)}`;
    throw syntaxProblem(expected === undefined ? `Did not expect: ${shown}` : `${expected} but got ${shown}`, place);
  }

  /** The stretch from an offset to the last token that was taken. */
  placeFrom(start: number): Place {
    return { file: this.source, start, end: Math.max(start, this.#tokens[this.#at - 1]?.end ?? start) };
  }

  /** An expression, as far as it goes. */
  expression(): Node {
    return this.#nested(() => this.#binary(LOOSEST));
  }

  #nested(read: () => Node): Node {
    if (++this.#depth > MAX_NESTING)
      throw limitProblem(`more than ${MAX_NESTING} expressions stand in each other`, this.placeFrom(this.peek().start));
    const node = read();
    this.#depth--;
    return node;
  }

  #binary(level: number): Node {
    const { start } = this.peek();
    let left = this.#unary();
    for (;;) {
      const token = this.peek();
      const isOperator = token.kind === 'operator' || (token.kind === 'keyword' && token.text === 'in');
      if (!isOperator || token.text === ':' || token.text === '::') return left;
      const own = precedences.get(token.text);
      if (own === undefined) {
        if (/^\+?:{1,3}$/.test(token.text)) return left;
        throw syntaxProblem(`Not a binary operator: ${token.text}`, { file: this.source, ...token });
      }
      if (own > level) return left;
      this.pop();
      if (token.text === 'in' && this.take('super') !== undefined) {
        const next = this.peek();
        if (next.kind !== 'symbol' || (next.text !== '.' && next.text !== '[')) {
          left = { kind: 'in-super', left, place: this.placeFrom(start) };
          continue;
        }
        this.#at--;
      }
      const right = own === 0 ? this.#unary() : this.#binary(own - 1);
      left = { kind: 'binary', operator: token.text as BinaryOperator, left, right, place: this.placeFrom(start) };
    }
  }

  #unary(): Node {
    const token = this.peek();
    if (token.kind === 'keyword') {
      const form = this.#keywordForm(token);
      if (form !== undefined) return form;
    }
    if (token.kind !== 'operator' || token.text === '$') return this.#postfix();
    if (!unaryOperators.has(token.text))
      throw syntaxProblem(`Not a unary operator: ${token.text}`, { file: this.source, ...token });
    this.pop();
    const operand = this.#nested(() => this.#unary());
    return { kind: 'unary', operator: token.text as UnaryOperator, operand, place: this.placeFrom(token.start) };
  }

  /** Forms that begin with a word and take everything after it. */
  #keywordForm({ text, start }: Token): Node | undefined {
    switch (text) {
      case 'assert': {
        this.pop();
        const assertion = this.assertion(start);
        this.expect(';');
        const rest = this.expression();
        return { kind: 'assert', assertion, rest, place: this.placeFrom(start) };
      }
      case 'error': {
        this.pop();
        const message = this.expression();
        return { kind: 'error', message, place: this.placeFrom(start) };
      }
      case 'if': {
        this.pop();
        const condition = this.expression();
        this.expect('then');
        const then = this.expression();
        const otherwise = this.take('else') === undefined ? undefined : this.expression();
        return { kind: 'if', condition, then, otherwise, place: this.placeFrom(start) };
      }
      case 'function': {
        this.pop();
        this.expect('(');
        const parameters = this.parameters();
        const body = this.expression();
        return { kind: 'function', parameters, body, place: this.placeFrom(start) };
      }
      case 'local': {
        this.pop();
        const binds = [this.bind()];
        while (this.take(',') !== undefined) binds.push(this.bind());
        this.expect(';');
        const body = this.expression();
        return { kind: 'local', binds, body, place: this.placeFrom(start) };
      }
      default: {
        const form = imports.get(text);
        return form === undefined ? undefined : this.#import(form, start);
      }
    }
  }

  #import(form: ImportForm, start: number): Node {
    this.pop();
    const path = this.expression();
    if (path.kind !== 'string') throw syntaxProblem('Computed imports are not allowed', path.place);
    if (path.isBlock === true) throw syntaxProblem('Block string literals not allowed in imports', path.place);
    this.imports.push({ form, path: path.value });
    return { kind: 'import', form, path: path.value, place: this.placeFrom(start) };
  }

  #postfix(): Node {
    const { start } = this.peek();
    let node = this.#terminal();
    for (;;) {
      if (this.take('.') !== undefined) {
        const name = this.identifier();
        const index: Node = { kind: 'string', value: name.text, place: { file: this.source, ...name } };
        node = { kind: 'index', target: node, index, place: this.placeFrom(start) };
      } else if (this.take('[') !== undefined) node = this.#bracket(node, start);
      else if (this.take('(') !== undefined) node = this.#apply(node, start);
      else if (this.peek().kind === 'symbol' && this.peek().text === '{') {
        const { start: brace } = this.pop();
        const right = parseObjectInside(this, brace);
        node = { kind: 'binary', operator: '+', left: node, right, place: this.placeFrom(start) };
      } else return node;
    }
  }

  /** `[index]` or `[from:to:step]`, after its bracket. */
  #bracket(target: Node, start: number): Node {
    const parts: (Node | undefined)[] = [undefined];
    for (;;) {
      if (this.take(']') !== undefined) break;
      if (this.take(':') !== undefined) parts.push(undefined);
      else if (this.take('::') !== undefined) parts.push(undefined, undefined);
      else if (parts.at(-1) === undefined) parts[parts.length - 1] = this.expression();
      else this.unexpected(this.peek(), 'Expected token ]');
    }
    const place = this.placeFrom(start);
    const [from, to, step] = parts;
    if (parts.length > 3) throw syntaxProblem('Invalid slice: too many colons', place);
    if (parts.length > 1) return { kind: 'slice', target, from, to, step, place };
    if (from === undefined) throw syntaxProblem('Index requires an expression', place);
    return { kind: 'index', target, index: from, place };
  }

  #apply(target: Node, start: number): Node {
    const positional: Node[] = [];
    const named: { readonly name: string; readonly value: Node }[] = [];
    while (this.take(')') === undefined) {
      const name = this.peek();
      const next = this.#tokens[this.#at + 1];
      if (name.kind === 'identifier' && next?.kind === 'operator' && next.text === '=') {
        this.pop();
        this.pop();
        named.push({ name: name.text, value: this.expression() });
      } else {
        const value = this.expression();
        if (named.length > 0)
          throw syntaxProblem('Positional argument after a named argument is not allowed', value.place);
        positional.push(value);
      }
      if (this.take(',') !== undefined) continue;
      this.expect(')');
      break;
    }
    const tailstrict = this.take('tailstrict') !== undefined;
    return { kind: 'apply', target, positional, named, tailstrict, place: this.placeFrom(start) };
  }

  #terminal(): Node {
    const token = this.pop();
    const place = { file: this.source, start: token.start, end: token.end };
    switch (token.kind) {
      case 'number':
        return { kind: 'number', text: token.text, place };
      case 'string':
        return { kind: 'string', value: token.text, place };
      case 'block':
        return { kind: 'string', value: token.text, isBlock: true, place };
      case 'identifier':
        return { kind: 'variable', name: token.text, place };
      case 'operator':
        if (token.text === '$') return { kind: 'dollar', place };
        break;
      case 'symbol':
        if (token.text === '{') return parseObjectInside(this, token.start);
        if (token.text === '[') return this.#array(token.start);
        if (token.text === '(') {
          const inner = this.expression();
          this.expect(')');
          // A path of an import may not be computed, and brackets are no exception.
          return inner.kind === 'string' ? { ...inner, isBlock: false } : inner;
        }
        break;
      case 'keyword':
        if (token.text === 'null') return { kind: 'null', place };
        if (token.text === 'true' || token.text === 'false')
          return { kind: 'boolean', value: token.text === 'true', place };
        if (token.text === 'self') return { kind: 'self', place };
        if (token.text === 'super') return this.#super(token);
        break;
      case 'end':
        break;
    }
    return this.unexpected(token);
  }

  #super(token: Token): Node {
    if (this.take('.') !== undefined) {
      const name = this.identifier();
      const index: Node = { kind: 'string', value: name.text, place: { file: this.source, ...name } };
      return { kind: 'super-index', index, place: this.placeFrom(token.start) };
    }
    if (this.take('[') === undefined)
      throw syntaxProblem('Expected . or [ after super', { file: this.source, ...token });
    const index = this.expression();
    this.expect(']');
    return { kind: 'super-index', index, place: this.placeFrom(token.start) };
  }

  #array(start: number): Node {
    const elements: Node[] = [];
    while (this.take(']') === undefined) {
      elements.push(this.expression());
      const comma = this.take(',') !== undefined;
      const [body] = elements;
      if (elements.length === 1 && body !== undefined && this.peek().text === 'for' && this.peek().kind === 'keyword') {
        const clauses = this.clauses();
        this.expect(']');
        return { kind: 'array-comprehension', body, clauses, place: this.placeFrom(start) };
      }
      if (comma) continue;
      this.expect(']');
      break;
    }
    return { kind: 'array', elements, place: this.placeFrom(start) };
  }

  /** `for x in a for … if …`, the first of which has been seen. */
  clauses(): readonly Clause[] {
    const clauses: Clause[] = [];
    for (;;) {
      if (this.take('for') !== undefined) {
        const name = this.identifier().text;
        this.expect('in');
        clauses.push({ kind: 'for', name, items: this.expression() });
      } else if (this.take('if') !== undefined) clauses.push({ kind: 'if', condition: this.expression() });
      else return clauses;
    }
  }

  /** What follows `assert`. */
  assertion(start: number): Assertion {
    const condition = this.expression();
    const message = this.take(':') === undefined ? undefined : this.expression();
    return { condition, message, place: this.placeFrom(start) };
  }

  /** `name = value` or `name(parameters) = value`. */
  bind(): Bind {
    const name = this.identifier();
    const parameters = this.take('(') === undefined ? undefined : this.parameters();
    this.expect('=');
    const body = this.expression();
    const place = { file: this.source, start: name.start, end: name.end };
    const value: Node =
      parameters === undefined ? body : { kind: 'function', parameters, body, place: this.placeFrom(name.start) };
    return { name: name.text, value, place };
  }

  /** Parameters, after their opening bracket. */
  parameters(): readonly Parameter[] {
    const parameters: Parameter[] = [];
    while (this.take(')') === undefined) {
      const name = this.identifier();
      if (parameters.some((other) => other.name === name.text))
        throw syntaxProblem(`Duplicate function parameter: ${name.text}`, { file: this.source, ...name });
      const fallback = this.take('=') === undefined ? undefined : this.expression();
      parameters.push({ name: name.text, fallback });
      if (this.take(',') !== undefined) continue;
      this.expect(')');
      break;
    }
    return parameters;
  }
}
