import { failAt, tokenize, type Token } from './lexer.ts';
import type { Expression, FunctionBody, Statement, TableField } from './syntax.ts';

/** How deep blocks and expressions may nest. */
export const MAX_LUA_NESTING = 150;

/** Left and right binding power; a right side that binds less makes the operator right-associative. */
const POWERS: Readonly<Record<string, readonly [number, number]>> = {
  or: [1, 1],
  and: [2, 2],
  '<': [3, 3],
  '>': [3, 3],
  '<=': [3, 3],
  '>=': [3, 3],
  '~=': [3, 3],
  '==': [3, 3],
  '..': [5, 4],
  '+': [6, 6],
  '-': [6, 6],
  '*': [7, 7],
  '/': [7, 7],
  '%': [7, 7],
  '^': [10, 9],
};
const UNARY_POWER = 8;

const BLOCK_ENDS = new Set(['end', 'else', 'elseif', 'until']);

/** Reads a script of Lua 5.1 (with `goto`, as gopher-lua has it). @throws CapstanError EXPRESSION_INVALID */
export function parseLua(script: string): FunctionBody {
  return new Parser(tokenize(script)).chunk();
}

class Parser {
  private readonly tokens: readonly Token[];
  private at = 0;
  private depth = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  chunk(): FunctionBody {
    const block = this.block();
    if (this.token.type !== 'end') this.unexpected();
    return { name: 'main chunk', parameters: [], isVariadic: true, block };
  }

  private get token(): Token {
    const token = this.tokens[Math.min(this.at, this.tokens.length - 1)];
    return token ?? { type: 'end', text: 'the end', number: 0, line: 0 };
  }

  private block(): readonly Statement[] {
    this.enter();
    const statements: Statement[] = [];
    while (!this.isBlockEnd()) {
      if (this.take('keyword', 'return')) {
        const ends = this.isBlockEnd() || this.is('symbol', ';');
        statements.push({ kind: 'return', values: ends ? [] : this.expressions() });
        this.take('symbol', ';');
        break;
      }
      const statement = this.statement();
      if (statement !== undefined) statements.push(statement);
      this.take('symbol', ';');
    }
    this.depth--;
    return statements;
  }

  private isBlockEnd(): boolean {
    const { type, text } = this.token;
    return type === 'end' || (type === 'keyword' && BLOCK_ENDS.has(text));
  }

  private statement(): Statement | undefined {
    const token = this.token;
    if (token.type === 'symbol' && token.text === '::') return this.label();
    if (token.type === 'symbol' && token.text === ';') return undefined;
    if (token.type !== 'keyword') return this.assignmentOrCall();
    switch (token.text) {
      case 'if':
        return this.condition();
      case 'while': {
        this.advance();
        const test = this.expression(0);
        return { kind: 'while', test, block: this.blockBetween('do', 'end') };
      }
      case 'do':
        return { kind: 'do', block: this.blockBetween('do', 'end') };
      case 'for':
        return this.loop();
      case 'repeat': {
        const block = this.blockBetween('repeat', 'until');
        return { kind: 'repeat', block, until: this.expression(0) };
      }
      case 'function':
        return this.functionStatement();
      case 'local':
        return this.local();
      case 'break':
        this.advance();
        return { kind: 'break' };
      case 'goto': {
        this.advance();
        return { kind: 'goto', label: this.name(), line: token.line };
      }
      default:
        return this.assignmentOrCall();
    }
  }

  private label(): Statement {
    this.expect('symbol', '::');
    const name = this.name();
    this.expect('symbol', '::');
    return { kind: 'label', name };
  }

  private condition(): Statement {
    const branches: { test: Expression; block: readonly Statement[] }[] = [];
    let otherwise: readonly Statement[] | undefined;
    do {
      this.advance();
      const test = this.expression(0);
      this.expect('keyword', 'then');
      branches.push({ test, block: this.block() });
    } while (this.is('keyword', 'elseif'));
    if (this.take('keyword', 'else')) otherwise = this.block();
    this.expect('keyword', 'end');
    return { kind: 'if', branches, otherwise };
  }

  private loop(): Statement {
    const { line } = this.advance();
    const names = [this.name()];
    if (this.take('symbol', '=')) {
      const from = this.expression(0);
      this.expect('symbol', ',');
      const to = this.expression(0);
      const step = this.take('symbol', ',') ? this.expression(0) : undefined;
      return { kind: 'count', name: names[0] ?? '', from, to, step, block: this.blockBetween('do', 'end'), line };
    }
    while (this.take('symbol', ',')) names.push(this.name());
    this.expect('keyword', 'in');
    const values = this.expressions();
    return { kind: 'each', names, values, block: this.blockBetween('do', 'end'), line };
  }

  private functionStatement(): Statement {
    const { line } = this.advance();
    let name = this.name();
    let target: Expression = { kind: 'name', name, line };
    let isMethod = false;
    while (!isMethod && (this.is('symbol', '.') || this.is('symbol', ':'))) {
      isMethod = this.advance().text === ':';
      const key = this.name();
      name = `${name}${isMethod ? ':' : '.'}${key}`;
      target = { kind: 'index', of: target, key: { kind: 'constant', value: key }, line };
    }
    const body = this.functionBody(name, isMethod ? ['self'] : []);
    return { kind: 'assign', targets: [target], values: [{ kind: 'function', body }] };
  }

  private local(): Statement {
    this.advance();
    if (this.take('keyword', 'function')) {
      const name = this.name();
      return { kind: 'localFunction', name, body: this.functionBody(name, []) };
    }
    const names = [this.name()];
    while (this.take('symbol', ',')) names.push(this.name());
    return { kind: 'local', names, values: this.take('symbol', '=') ? this.expressions() : [] };
  }

  private assignmentOrCall(): Statement {
    const first = this.suffixed();
    if (!this.is('symbol', '=') && !this.is('symbol', ',')) {
      if (first.kind !== 'call' && first.kind !== 'method') this.unexpected();
      return { kind: 'run', call: first };
    }
    const targets = [first];
    while (this.take('symbol', ',')) targets.push(this.suffixed());
    for (const target of targets) if (target.kind !== 'name' && target.kind !== 'index') this.unexpected();
    this.expect('symbol', '=');
    return { kind: 'assign', targets, values: this.expressions() };
  }

  private expressions(): readonly Expression[] {
    const found = [this.expression(0)];
    while (this.take('symbol', ',')) found.push(this.expression(0));
    return found;
  }

  private expression(power: number): Expression {
    this.enter();
    let left = this.unary();
    for (;;) {
      const token = this.token;
      const powers = token.type === 'symbol' || token.type === 'keyword' ? POWERS[token.text] : undefined;
      if (powers === undefined || powers[0] <= power) break;
      this.advance();
      left = { kind: 'binary', operator: token.text, left, right: this.expression(powers[1]), line: token.line };
    }
    this.depth--;
    return left;
  }

  private unary(): Expression {
    const token = this.token;
    const isUnary = this.is('keyword', 'not') || this.is('symbol', '-') || this.is('symbol', '#');
    if (!isUnary) return this.simple();
    this.advance();
    const of = this.expression(UNARY_POWER);
    return { kind: 'unary', operator: token.text, of, line: token.line };
  }

  private simple(): Expression {
    const token = this.token;
    if (token.type === 'number' || token.type === 'string') {
      this.advance();
      return { kind: 'constant', value: token.type === 'number' ? token.number : token.text };
    }
    if (token.type === 'keyword') {
      switch (token.text) {
        case 'nil':
          this.advance();
          return { kind: 'constant', value: undefined };
        case 'true':
        case 'false':
          this.advance();
          return { kind: 'constant', value: token.text === 'true' };
        case 'function':
          this.advance();
          return { kind: 'function', body: this.functionBody('anonymous', []) };
        default:
          this.unexpected();
      }
    }
    if (this.take('symbol', '...')) return { kind: 'varargs' };
    if (this.is('symbol', '{')) return this.table();
    return this.suffixed();
  }

  private suffixed(): Expression {
    let found = this.primary();
    for (;;) {
      const token = this.token;
      if (token.type === 'string') {
        found = { kind: 'call', of: found, args: this.args(), line: token.line };
        continue;
      }
      if (token.type !== 'symbol') return found;
      switch (token.text) {
        case '.': {
          this.advance();
          found = { kind: 'index', of: found, key: { kind: 'constant', value: this.name() }, line: token.line };
          break;
        }
        case '[': {
          this.advance();
          const key = this.expression(0);
          this.expect('symbol', ']');
          found = { kind: 'index', of: found, key, line: token.line };
          break;
        }
        case ':': {
          this.advance();
          const name = this.name();
          found = { kind: 'method', of: found, name, args: this.args(), line: token.line };
          break;
        }
        case '(':
        case '{':
          found = { kind: 'call', of: found, args: this.args(), line: token.line };
          break;
        default:
          return found;
      }
    }
  }

  private primary(): Expression {
    const token = this.token;
    if (token.type === 'name') return { kind: 'name', name: this.advance().text, line: token.line };
    if (!this.take('symbol', '(')) this.unexpected();
    const of = this.expression(0);
    this.expect('symbol', ')');
    const isMultiple = of.kind === 'call' || of.kind === 'method' || of.kind === 'varargs';
    return isMultiple
      ? { kind: 'single', of }
      : of.kind === 'name' || of.kind === 'index'
        ? { kind: 'single', of }
        : of;
  }

  private args(): readonly Expression[] {
    const token = this.token;
    if (token.type === 'string') {
      this.advance();
      return [{ kind: 'constant', value: token.text }];
    }
    if (this.is('symbol', '{')) return [this.table()];
    this.expect('symbol', '(');
    if (this.take('symbol', ')')) return [];
    const args = this.expressions();
    this.expect('symbol', ')');
    return args;
  }

  private table(): Expression {
    const { line } = this.advance();
    const fields: TableField[] = [];
    while (!this.is('symbol', '}')) {
      if (this.take('symbol', '[')) {
        const key = this.expression(0);
        this.expect('symbol', ']');
        this.expect('symbol', '=');
        fields.push({ key, value: this.expression(0) });
      } else if (
        this.token.type === 'name' &&
        this.tokens[this.at + 1]?.text === '=' &&
        this.tokens[this.at + 1]?.type === 'symbol'
      ) {
        const key: Expression = { kind: 'constant', value: this.name() };
        this.expect('symbol', '=');
        fields.push({ key, value: this.expression(0) });
      } else {
        fields.push({ key: undefined, value: this.expression(0) });
      }
      if (!this.take('symbol', ',') && !this.take('symbol', ';')) break;
    }
    this.expect('symbol', '}');
    return { kind: 'table', fields, line };
  }

  private functionBody(name: string, before: readonly string[]): FunctionBody {
    const parameters = [...before];
    let isVariadic = false;
    this.expect('symbol', '(');
    while (!this.is('symbol', ')')) {
      isVariadic = this.take('symbol', '...');
      if (isVariadic) break;
      parameters.push(this.name());
      if (!this.take('symbol', ',')) break;
    }
    this.expect('symbol', ')');
    const block = this.block();
    this.expect('keyword', 'end');
    return { name, parameters, isVariadic, block };
  }

  private blockBetween(open: string, close: string): readonly Statement[] {
    this.expect('keyword', open);
    const block = this.block();
    this.expect('keyword', close);
    return block;
  }

  private name(): string {
    if (this.token.type !== 'name') this.unexpected();
    return this.advance().text;
  }

  private advance(): Token {
    const token = this.token;
    this.at++;
    return token;
  }

  private is(type: Token['type'], text: string): boolean {
    return this.token.type === type && this.token.text === text;
  }

  private take(type: Token['type'], text: string): boolean {
    const found = this.is(type, text);
    if (found) this.at++;
    return found;
  }

  private expect(type: Token['type'], text: string): void {
    if (!this.take(type, text)) failAt(this.token.line, `expected "${text}" before ${JSON.stringify(this.token.text)}`);
  }

  private enter(): void {
    if (++this.depth > MAX_LUA_NESTING) failAt(this.token.line, `more than ${MAX_LUA_NESTING} levels deep`);
  }

  private unexpected(): never {
    failAt(this.token.line, `unexpected ${JSON.stringify(this.token.text)}`);
  }
}
