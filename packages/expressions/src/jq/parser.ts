import { Lexer, type Token } from './lexer.ts';
import { numberOf } from './numbers.ts';
import type {
  BinaryOperator,
  Definition,
  ObjectEntry,
  Pattern,
  PatternEntry,
  Query,
  UpdateOperator,
} from './syntax.ts';

/** How deep parentheses, conditions and definitions may nest in one expression. */
export const MAX_JQ_NESTING = 200;

const IDENTITY: Query = { kind: 'identity' };

/** Binding power and associativity of what joins two expressions; pipes, commas and `as` stand above. */
const OPERATORS: Readonly<Record<string, { readonly power: number; readonly side: 'left' | 'right' | 'none' }>> = {
  '//': { power: 1, side: 'right' },
  ...Object.fromEntries(['=', '|=', '//=', '+=', '-=', '*=', '/=', '%='].map((op) => [op, { power: 2, side: 'none' }])),
  or: { power: 3, side: 'left' },
  and: { power: 4, side: 'left' },
  ...Object.fromEntries(['==', '!=', '<', '<=', '>', '>='].map((op) => [op, { power: 5, side: 'none' }])),
  '+': { power: 6, side: 'left' },
  '-': { power: 6, side: 'left' },
  '*': { power: 7, side: 'left' },
  '/': { power: 7, side: 'left' },
  '%': { power: 7, side: 'left' },
};

/**
 * Reads an expression of jq's language with gojq's grammar.
 * @throws CapstanError EXPRESSION_INVALID
 */
export function parseJq(text: string): Query {
  const parser = new Parser(text);
  return parser.program();
}

/** Reads `def`s with nothing behind them. @throws CapstanError EXPRESSION_INVALID */
export function parseDefinitions(text: string): readonly Definition[] {
  return new Parser(text).definitions();
}

class Parser {
  private readonly lexer: Lexer;
  private token: Token;
  private depth = 0;

  constructor(text: string) {
    this.lexer = new Lexer(text);
    this.token = this.lexer.next();
  }

  program(): Query {
    if (this.isKeyword('module') || this.isKeyword('import') || this.isKeyword('include')) {
      this.lexer.fail('modules cannot be loaded here', this.token.at);
    }
    const query = this.query();
    if (this.token.type !== 'end') this.unexpected();
    return query;
  }

  definitions(): readonly Definition[] {
    const found: Definition[] = [];
    while (this.isKeyword('def')) found.push(this.definition());
    if (this.token.type !== 'end') this.unexpected();
    return found;
  }

  private query(): Query {
    if (++this.depth > MAX_JQ_NESTING) this.lexer.fail(`more than ${MAX_JQ_NESTING} levels deep`, this.token.at);
    const query = this.pipe();
    this.depth--;
    return query;
  }

  private pipe(): Query {
    if (this.isKeyword('def')) {
      const definition = this.definition();
      return { kind: 'define', definition, body: this.query() };
    }
    const steps = [this.comma()];
    while (this.takeSymbol('|')) {
      // What follows a definition in the middle belongs to its body.
      if (this.isKeyword('def')) {
        steps.push(this.query());
        break;
      }
      steps.push(this.comma());
    }
    return steps.length === 1 && steps[0] !== undefined ? steps[0] : { kind: 'pipe', steps };
  }

  private comma(): Query {
    const items = [this.bound()];
    while (this.takeSymbol(',')) items.push(this.isKeyword('def') ? this.query() : this.bound());
    return items.length === 1 && items[0] !== undefined ? items[0] : { kind: 'comma', items };
  }

  /** `label $name | …`, `source as patterns | …`, or an expression: the bodies reach as far as they can. */
  private bound(): Query {
    if (this.takeKeyword('label')) {
      const name = this.variableName();
      this.expectSymbol('|');
      return { kind: 'label', name, body: this.query() };
    }
    const source = this.expression(0);
    if (!this.takeKeyword('as')) return source;
    const patterns = [this.pattern()];
    while (this.takeSymbol('?//')) patterns.push(this.pattern());
    this.expectSymbol('|');
    return { kind: 'bind', source, patterns, body: this.query() };
  }

  private expression(power: number): Query {
    let left = this.term();
    for (;;) {
      const text = this.token.text;
      const isOperator = this.token.type === 'symbol' || text === 'or' || text === 'and';
      const operator =
        isOperator && this.token.type !== 'field' && Object.hasOwn(OPERATORS, text) ? OPERATORS[text] : undefined;
      if (operator === undefined || operator.power < power) return left;
      const at = this.token.at;
      this.advance();
      const right = this.expression(operator.side === 'right' ? operator.power : operator.power + 1);
      left = join(text, left, right);
      const next =
        this.token.type === 'symbol' && Object.hasOwn(OPERATORS, this.token.text)
          ? OPERATORS[this.token.text]
          : undefined;
      if (operator.side === 'none' && next?.power === operator.power) {
        this.lexer.fail(`"${text}" and "${this.token.text}" need parentheses`, at);
      }
    }
  }

  private term(): Query {
    if (++this.depth > MAX_JQ_NESTING) this.lexer.fail(`more than ${MAX_JQ_NESTING} levels deep`, this.token.at);
    const term = this.suffixes(this.primary());
    this.depth--;
    return term;
  }

  private suffixes(start: Query): Query {
    let term = start;
    for (;;) {
      if (this.token.type === 'field') {
        term = { kind: 'index', of: term, key: { kind: 'literal', value: this.advance().text } };
      } else if (this.isSymbol('[')) {
        term = this.bracket(term);
      } else if (this.takeSymbol('?')) {
        term = optional(term);
      } else if (this.isSymbol('.')) {
        this.advance();
        if (this.token.type === 'quote') term = { kind: 'index', of: term, key: this.string(undefined) };
        else if (this.isSymbol('[')) term = this.bracket(term);
        else this.unexpected();
      } else {
        return term;
      }
    }
  }

  private bracket(of: Query): Query {
    this.expectSymbol('[');
    if (this.takeSymbol(']')) return { kind: 'iterate', of };
    if (this.takeSymbol(':')) {
      const to = this.query();
      this.expectSymbol(']');
      return { kind: 'slice', of, from: undefined, to };
    }
    const from = this.query();
    if (this.takeSymbol(']')) return { kind: 'index', of, key: from };
    this.expectSymbol(':');
    const to = this.isSymbol(']') ? undefined : this.query();
    this.expectSymbol(']');
    return { kind: 'slice', of, from, to };
  }

  private primary(): Query {
    const token = this.token;
    switch (token.type) {
      case 'quote':
        return this.string(undefined);
      case 'field':
        this.advance();
        return { kind: 'index', of: IDENTITY, key: { kind: 'literal', value: token.text } };
      case 'number':
        this.advance();
        return { kind: 'literal', value: numberOf(token.text) };
      case 'variable':
        this.advance();
        return { kind: 'variable', name: token.text };
      case 'format':
        this.advance();
        return this.isQuote() ? this.string(token.text) : { kind: 'format', name: token.text };
      case 'identifier':
        this.advance();
        return { kind: 'call', name: token.text, args: this.takeSymbol('(') ? this.args() : [] };
      case 'keyword':
        return this.keyword(token);
      case 'symbol':
        return this.symbol(token);
      case 'end':
        return this.unexpected();
      default:
        return token.type satisfies never;
    }
  }

  private symbol(token: Token): Query {
    this.advance();
    switch (token.text) {
      case '.':
        if (this.isQuote()) return { kind: 'index', of: IDENTITY, key: this.string(undefined) };
        return this.isSymbol('[') ? this.bracket(IDENTITY) : IDENTITY;
      case '..':
        return { kind: 'call', name: 'recurse', args: [] };
      case '+':
      case '-':
        return { kind: 'sign', operator: token.text, of: this.term() };
      case '(': {
        const inner = this.query();
        this.expectSymbol(')');
        return inner;
      }
      case '[': {
        if (this.takeSymbol(']')) return { kind: 'array', of: undefined };
        const of = this.query();
        this.expectSymbol(']');
        return { kind: 'array', of };
      }
      case '{':
        return this.object();
      default:
        return this.unexpected(token);
    }
  }

  private keyword(token: Token): Query {
    this.advance();
    switch (token.text) {
      case 'null':
        return { kind: 'literal', value: null };
      case 'true':
      case 'false':
        return { kind: 'literal', value: token.text === 'true' };
      case 'if':
        return this.condition();
      case 'try': {
        const body = this.term();
        return { kind: 'try', body, handler: this.takeKeyword('catch') ? this.term() : undefined };
      }
      case 'reduce':
        return this.fold('reduce');
      case 'foreach':
        return this.fold('foreach');
      case 'break':
        return { kind: 'break', name: this.variableName() };
      default:
        return this.unexpected(token);
    }
  }

  private condition(): Query {
    const test = this.query();
    this.expectKeyword('then');
    const then = this.query();
    let otherwise: Query | undefined;
    if (this.takeKeyword('elif')) {
      if (++this.depth > MAX_JQ_NESTING) this.lexer.fail(`more than ${MAX_JQ_NESTING} levels deep`, this.token.at);
      otherwise = this.condition();
      this.depth--;
      return { kind: 'if', test, then, otherwise };
    }
    if (this.takeKeyword('else')) otherwise = this.query();
    this.expectKeyword('end');
    return { kind: 'if', test, then, otherwise };
  }

  private fold(kind: 'reduce' | 'foreach'): Query {
    const source = this.expression(0);
    this.expectKeyword('as');
    const pattern = this.pattern();
    this.expectSymbol('(');
    const start = this.query();
    this.expectSymbol(';');
    const update = this.query();
    const extract = kind === 'foreach' && this.takeSymbol(';') ? this.query() : undefined;
    this.expectSymbol(')');
    return kind === 'reduce'
      ? { kind, source, pattern, start, update }
      : { kind, source, pattern, start, update, extract };
  }

  private args(): readonly Query[] {
    const args = [this.query()];
    while (this.takeSymbol(';')) args.push(this.query());
    this.expectSymbol(')');
    return args;
  }

  private definition(): Definition {
    this.expectKeyword('def');
    if (this.token.type !== 'identifier') this.unexpected();
    const name = this.advance().text;
    const parameters: string[] = [];
    if (this.takeSymbol('(')) {
      do {
        if (this.token.type !== 'identifier' && this.token.type !== 'variable') this.unexpected();
        parameters.push(this.advance().text);
      } while (this.takeSymbol(';'));
      this.expectSymbol(')');
    }
    this.expectSymbol(':');
    const body = this.query();
    this.expectSymbol(';');
    return { name, parameters, body };
  }

  private string(format: string | undefined): Query {
    const parts: (string | Query)[] = [];
    for (;;) {
      const part = this.lexer.stringPart();
      if (part.text !== '') parts.push(part.text);
      if (part.end === 'quote') break;
      this.advance();
      parts.push(this.query());
      // What stands behind this parenthesis is text again: the lexer goes on there, part by part.
      if (!this.isSymbol(')')) this.unexpected();
    }
    this.advance();
    if (parts.every((part) => typeof part === 'string')) return { kind: 'literal', value: parts.join('') };
    return { kind: 'text', parts, format };
  }

  private object(): Query {
    const entries: ObjectEntry[] = [];
    while (!this.takeSymbol('}')) {
      if (entries.length > 0) {
        this.expectSymbol(',');
        if (this.takeSymbol('}')) break;
      }
      entries.push(this.entry());
    }
    return { kind: 'object', entries };
  }

  private entry(): ObjectEntry {
    const token = this.token;
    if (this.takeSymbol('(')) {
      const key = this.query();
      this.expectSymbol(')');
      this.expectSymbol(':');
      return { key, value: this.entryValue() };
    }
    let key: Query;
    if (token.type === 'quote') key = this.string(undefined);
    else if (token.type === 'variable') key = { kind: 'variable', name: this.advance().text };
    else if (token.type === 'identifier' || token.type === 'keyword')
      key = { kind: 'literal', value: this.advance().text };
    else return this.unexpected();
    return { key, value: this.takeSymbol(':') ? this.entryValue() : undefined };
  }

  private entryValue(): Query {
    const steps = [this.expression(0)];
    while (this.takeSymbol('|')) steps.push(this.expression(0));
    return steps.length === 1 && steps[0] !== undefined ? steps[0] : { kind: 'pipe', steps };
  }

  private pattern(): Pattern {
    if (++this.depth > MAX_JQ_NESTING) this.lexer.fail(`more than ${MAX_JQ_NESTING} levels deep`, this.token.at);
    const pattern = this.patternInside();
    this.depth--;
    return pattern;
  }

  private patternInside(): Pattern {
    if (this.token.type === 'variable') return { kind: 'variable', name: this.advance().text };
    if (this.takeSymbol('[')) {
      const items = [this.pattern()];
      while (this.takeSymbol(',')) items.push(this.pattern());
      this.expectSymbol(']');
      return { kind: 'array', items };
    }
    this.expectSymbol('{');
    const entries = [this.patternEntry()];
    while (this.takeSymbol(',')) entries.push(this.patternEntry());
    this.expectSymbol('}');
    return { kind: 'object', entries };
  }

  private patternEntry(): PatternEntry {
    const token = this.token;
    if (token.type === 'variable') {
      this.advance();
      const key: Query = { kind: 'literal', value: token.text.slice(1) };
      return { key, variable: token.text, pattern: this.takeSymbol(':') ? this.pattern() : undefined };
    }
    let key: Query;
    if (token.type === 'quote') key = this.string(undefined);
    else if (token.type === 'identifier' || token.type === 'keyword')
      key = { kind: 'literal', value: this.advance().text };
    else {
      this.expectSymbol('(');
      key = this.query();
      this.expectSymbol(')');
    }
    this.expectSymbol(':');
    return { key, variable: undefined, pattern: this.pattern() };
  }

  private variableName(): string {
    if (this.token.type !== 'variable') this.unexpected();
    return this.advance().text;
  }

  private advance(): Token {
    const token = this.token;
    this.token = this.lexer.next();
    return token;
  }

  private isQuote(): boolean {
    return this.token.type === 'quote';
  }

  private isSymbol(text: string): boolean {
    return this.token.type === 'symbol' && this.token.text === text;
  }

  private takeSymbol(text: string): boolean {
    const found = this.isSymbol(text);
    if (found) this.advance();
    return found;
  }

  private expectSymbol(text: string): void {
    if (!this.takeSymbol(text)) this.unexpected();
  }

  private isKeyword(text: string): boolean {
    return this.token.type === 'keyword' && this.token.text === text;
  }

  private takeKeyword(text: string): boolean {
    const found = this.isKeyword(text);
    if (found) this.advance();
    return found;
  }

  private expectKeyword(text: string): void {
    if (!this.takeKeyword(text)) this.unexpected();
  }

  private unexpected(token: Token = this.token): never {
    this.lexer.fail(token.type === 'end' ? 'it ends too early' : `unexpected ${JSON.stringify(token.text)}`, token.at);
  }
}

/** `?` covers what stands right before it: in `.a.b?`, errors of `.a` stay errors. */
function optional(term: Query): Query {
  if (term.kind === 'index' || term.kind === 'slice' || term.kind === 'iterate') {
    const body: Query = { kind: 'try', body: { ...term, of: IDENTITY }, handler: undefined };
    return term.of.kind === 'identity' ? body : { kind: 'pipe', steps: [term.of, body] };
  }
  return { kind: 'try', body: term, handler: undefined };
}

function join(operator: string, left: Query, right: Query): Query {
  switch (operator) {
    case '//':
      return { kind: 'alternative', left, right };
    case 'or':
    case 'and':
      return { kind: 'logic', operator, left, right };
    default:
      if (operator in UPDATES)
        return { kind: 'update', operator: operator as UpdateOperator, path: left, value: right };
      return { kind: 'operator', operator: operator as BinaryOperator, left, right };
  }
}

const UPDATES = { '=': true, '|=': true, '//=': true, '+=': true, '-=': true, '*=': true, '/=': true, '%=': true };
