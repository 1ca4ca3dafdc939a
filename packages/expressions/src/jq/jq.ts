import { CapstanError } from '@capstan/errors';
import { isJsonObject, setKey, type JsonArray, type JsonValue } from '@capstan/object';
import { compileQuery } from './compile.ts';
import { parseJq } from './parser.ts';
import { during, ENTRY, spend, JqError, Run, tooExpensive, untracked, type Filter } from './run.ts';
import { withinStack } from './scope.ts';

/** Longest expression, in characters. */
export const MAX_JQ_LENGTH = 64 * 1024;

/** Most values that one evaluation puts out. */
export const MAX_JQ_OUTPUTS = 100_000;

/** Programs that are kept compiled. */
const MAX_PROGRAMS = 2000;

/** A jq expression that is ready to be run. */
export interface JqProgram {
  readonly text: string;
  readonly filter: Filter;
}

/** What an evaluation may know of the world; without it, `now` fails. */
export interface JqOptions {
  readonly nowSeconds?: number;
  /** Most steps that it takes; `MAX_JQ_STEPS` when absent. */
  readonly maxSteps?: number;
}

const programs = new Map<string, JqProgram>();

/**
 * Compiles an expression of jq as gojq 0.12 reads it (the jq of Argo CD). Modules, `input` and `debug` do not exist;
 * `env` is empty; regular expressions run on RE2.
 * @throws CapstanError EXPRESSION_INVALID, EXPRESSION_TOO_EXPENSIVE
 */
export function compileJq(text: string): JqProgram {
  const known = programs.get(text);
  if (known !== undefined) return known;
  if (text.length > MAX_JQ_LENGTH) tooExpensive(`it is longer than ${MAX_JQ_LENGTH} characters`);
  const filter = withinStack(() => compileQuery(parseJq(text), undefined));
  const program: JqProgram = { text, filter };
  if (programs.size >= MAX_PROGRAMS) programs.clear();
  programs.set(text, program);
  return program;
}

/**
 * Compiles `del(text)`, which is how Argo CD runs an entry of `jqPathExpressions`: what is no expression once it stands
 * between these parentheses is invalid.
 * @throws CapstanError EXPRESSION_INVALID, EXPRESSION_TOO_EXPENSIVE
 */
export function compileJqDeletion(text: string): JqProgram {
  return compileJq(`del(${text})`);
}

/**
 * Everything that a program puts out for an input.
 * @throws CapstanError EXPRESSION_FAILED, EXPRESSION_TOO_EXPENSIVE
 */
export function evaluateJq(program: JqProgram, input: JsonValue, options: JqOptions = {}): readonly JsonValue[] {
  const outputs: JsonValue[] = [];
  runProgram(program, input, options, (value) => {
    if (outputs.length >= MAX_JQ_OUTPUTS) tooExpensive(`more than ${MAX_JQ_OUTPUTS} values`);
    outputs.push(value);
  });
  return outputs;
}

/**
 * The object without what a program of `compileJqDeletion` deletes. The object itself stays as it is.
 * @throws CapstanError EXPRESSION_FAILED where a path leads through a value of another type, or where the program puts
 *   out no value or several; Argo CD then leaves the object as it was and goes on with the next expression.
 * @throws CapstanError EXPRESSION_TOO_EXPENSIVE
 */
export function deletePaths(program: JqProgram, object: JsonValue, options: JqOptions = {}): JsonValue {
  const outputs: JsonValue[] = [];
  runProgram(program, object, options, (value) => {
    if (outputs.length === 1) throw new CapstanError('EXPRESSION_FAILED', 'the jq deletion gives more than one object');
    outputs.push(value);
  });
  const [output] = outputs;
  if (output === undefined) throw new CapstanError('EXPRESSION_FAILED', 'the jq deletion gives no object');
  return output;
}

function runProgram(program: JqProgram, input: JsonValue, options: JqOptions, emit: (value: JsonValue) => void): void {
  const env = { run: new Run(options.nowSeconds, options.maxSteps), up: undefined };
  try {
    during(env.run, () => withinStack(() => program.filter(env, untracked(input), (at) => emit(plain(at.value)))));
  } catch (error) {
    if (!(error instanceof JqError)) throw error;
    throw new CapstanError('EXPRESSION_FAILED', `the jq expression failed: ${error.message}`, { cause: error });
  }
}

/** JSON has no NaN and no infinities: jq writes null and the largest numbers. Nothing else is copied. */
function plain(value: JsonValue): JsonValue {
  spend(2 * ENTRY);
  if (typeof value === 'number') {
    if (Number.isNaN(value)) return null;
    return Math.min(Math.max(value, -Number.MAX_VALUE), Number.MAX_VALUE);
  }
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) {
    const items = (value as JsonArray).map(plain);
    return items.every((item, index) => Object.is(item, (value as JsonArray)[index])) ? (value as JsonArray) : items;
  }
  if (!isJsonObject(value)) return value;
  let changed: Record<string, JsonValue> | undefined;
  for (const [key, item] of Object.entries(value)) {
    const made = plain(item);
    if (Object.is(made, item)) continue;
    changed ??= { ...value };
    setKey(changed, key, made);
  }
  return changed ?? value;
}
