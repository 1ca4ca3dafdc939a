import { CapstanError, isCapstanError } from '@capstan/errors';
import { isJsonObject, setKey, type JsonValue } from '@capstan/object';
import { Environment, serialize, type ASTNode } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import { withExtensions } from './extensions.ts';
import { beginSteps, checkSteps, isNode, withCountedLoops, withCounters } from './steps.ts';

/** What CEL computes: JSON and CEL's own integers. */
export type CelResult = JsonValue;

/** An expression that is ready to be evaluated. */
export interface CelProgram {
  /**
   * The value under `bindings`.
   * @throws CapstanError EXPRESSION_FAILED
   */
  evaluate(bindings: Readonly<Record<string, JsonValue>>): CelResult;
}

const LIMITS = { maxAstNodes: 20_000, maxDepth: 100, maxListElements: 10_000, maxMapEntries: 10_000 };

/** Longest text that a regular expression is run on, in characters. */
const MAX_MATCHED_LENGTH = 1024 * 1024;

/** The name under which `matches` runs on RE2, instead of the engine's own expressions. */
const SAFE_MATCHES = 're2Matches';

/** Programs that are kept compiled. */
const MAX_PROGRAMS = 5000;

const programs = new Map<string, CelProgram>();

const environment = extended(
  new Environment({
    unlistedVariablesAreDyn: true,
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
    limits: LIMITS,
  }),
);

/** The environment in which types are found out: its variables have to be declared. */
const strictEnvironment = new Environment({
  homogeneousAggregateLiterals: false,
  enableOptionalTypes: true,
  limits: LIMITS,
});
const typed = extended(strictEnvironment);

function extended(bare: Environment): Environment {
  return withCounters(withExtensions(bare))
    .registerFunction(`string.${SAFE_MATCHES}(string): bool`, matchesRe2)
    .registerFunction('string.find(string): string', findRe2)
    .registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) =>
      text.replaceAll(from, () => to),
    )
    .registerFunction('isURL(string): bool', (text: string) => URL.canParse(text) || text.startsWith('/'));
}

/**
 * Compiles an expression of CEL with the functions that Kubernetes adds for text and URLs. Regular expressions run on
 * RE2. Programs are kept, so that compiling the same text again costs a look-up.
 * @throws CapstanError EXPRESSION_INVALID
 */
export function compileCel(expression: string): CelProgram {
  const known = programs.get(expression);
  if (known !== undefined) return known;
  const program = compile(expression);
  if (programs.size >= MAX_PROGRAMS) programs.clear();
  programs.set(expression, program);
  return program;
}

/**
 * The value of an expression; see `compileCel`.
 * @throws CapstanError EXPRESSION_INVALID, EXPRESSION_FAILED
 */
export function evaluate(rule: string, bindings: Readonly<Record<string, JsonValue>>): CelResult {
  return compileCel(rule).evaluate(bindings);
}

function compile(expression: string): CelProgram {
  let run: (context: Record<string, unknown>) => unknown;
  let ast: ASTNode;
  try {
    ({ ast } = environment.parse(expression));
    const counted = environment.parse(withCountedLoops(expression, ast));
    run = renameMatches(counted.ast) ? environment.parse(serialize(counted.ast)) : counted;
  } catch (error) {
    throw unreadable(error);
  }
  return {
    evaluate(bindings) {
      const context: Record<string, unknown> = {};
      for (const [name, value] of Object.entries(bindings)) context[name] = toCel(value);
      beginSteps();
      try {
        const result = run(context);
        checkSteps();
        return fromCel(result);
      } catch (error) {
        throw failure(error, ast);
      }
    },
  };
}

/**
 * The type that an expression has whatever is in its variables, which are mappings of anything: `bool`, `string`, … or
 * `dyn` where that depends on them.
 * @throws CapstanError EXPRESSION_INVALID
 */
export function celTypeOf(expression: string, variables: readonly string[]): string {
  const declared = variables.reduce((made, name) => made.registerVariable(name, 'map'), typed.clone());
  const { valid, type, error } = declared.check(expression);
  if (!valid) throw unreadable(error);
  return type ?? 'dyn';
}

function unreadable(error: unknown): CapstanError<'EXPRESSION_INVALID'> {
  const problem = firstLine(error);
  return new CapstanError('EXPRESSION_INVALID', `the CEL expression cannot be read: ${problem}`, {
    cause: error,
    data: { problem },
  });
}

/** What an evaluation ended with, in cel-go's words where there are some. */
function failure(error: unknown, ast: ASTNode): CapstanError {
  if (isCapstanError(error)) return error;
  if (error instanceof Error && isCapstanError(error.cause)) return error.cause;
  const line = firstLine(error);
  const variable = /^Unknown variable: (\w+)/.exec(line)?.[1];
  const problem =
    variable === undefined
      ? line.replace(/^No such key/, 'no such key')
      : `no such attribute(s): ${attributeFrom(ast, variable) ?? variable}`;
  return new CapstanError('EXPRESSION_FAILED', `the CEL expression failed: ${problem}`, {
    cause: error,
    data: { problem },
  });
}

/** The first attribute of an expression that begins with a variable, with all its fields: `status.phase`. */
function attributeFrom(value: unknown, variable: string): string | undefined {
  if (Array.isArray(value)) {
    for (const member of value as readonly unknown[]) {
      const found = attributeFrom(member, variable);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (!isNode(value)) return undefined;
  return attributeOf(value, variable) ?? attributeFrom(value.args, variable);
}

function attributeOf(node: ASTNode, variable: string): string | undefined {
  if (node.op === 'id') return node.args === variable ? variable : undefined;
  if (node.op !== '.') return undefined;
  const holder = attributeOf(node.args[0], variable);
  return holder === undefined ? undefined : `${holder}.${node.args[1]}`;
}

/** Turns calls of `matches` into calls of our own; true when there was one. */
function renameMatches(node: ASTNode): boolean {
  let found = false;
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (isNode(value)) found = renameMatches(value) || found;
  };
  if (node.op === 'rcall' && node.args[0] === 'matches') {
    node.args[0] = SAFE_MATCHES;
    found = true;
  }
  visit(node.args);
  return found;
}

/** Whole numbers are CEL's integers. */
function toCel(value: JsonValue): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(toCel);
  if (!isJsonObject(value)) return value;
  return new Map(Object.entries(value).map(([key, child]) => [key, toCel(child)]));
}

function fromCel(value: unknown): JsonValue {
  switch (typeof value) {
    case 'bigint': {
      const near = Number(value);
      return Number.isSafeInteger(near) ? near : value;
    }
    case 'string':
    case 'number':
    case 'boolean':
      return value;
    default:
      if (Array.isArray(value)) return value.map(fromCel);
      if (value instanceof Map) return mappingOf(value);
      return null;
  }
}

function mappingOf(map: ReadonlyMap<unknown, unknown>): JsonValue {
  const result: Record<string, JsonValue> = {};
  for (const [key, child] of map) setKey(result, String(key), fromCel(child));
  return result;
}

function matchesRe2(text: string, pattern: string): boolean {
  return RE2JS.compile(pattern).matcher(bounded(text)).find();
}

function findRe2(text: string, pattern: string): string {
  const matcher = RE2JS.compile(pattern).matcher(bounded(text));
  return matcher.find() ? (matcher.group() ?? '') : '';
}

function bounded(text: string): string {
  if (text.length > MAX_MATCHED_LENGTH) throw new RangeError(`text is longer than ${MAX_MATCHED_LENGTH} characters`);
  return text;
}

function firstLine(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unknown error';
}
