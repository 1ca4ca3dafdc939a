import { CapstanError } from '@capstan/errors';
import { setKey, type JsonValue } from '@capstan/object';
import { install } from './arguments.ts';
import { MATH_FUNCTIONS, openBase } from './base-library.ts';
import { fromBytes, toBytes, toLua } from './bridge.ts';
import { compileLua, type CompiledScript } from './compile.ts';
import { LuaError, Machine, type LuaWorld } from './machine.ts';
import { OPEN_OS_FUNCTIONS } from './os-library.ts';
import { parseLua } from './parser.ts';
import { STRING_FUNCTIONS } from './string-library.ts';
import { LuaTable, type LuaValue } from './value.ts';

/** Longest script, in characters. */
export const MAX_LUA_LENGTH = 512 * 1024;

/** Scripts that are kept read. */
const MAX_SCRIPTS = 500;

/** How a script is run. */
export interface LuaOptions extends LuaWorld {
  /** Opens the libraries `string`, `math` and the harmless part of `os` as globals (Argo CD's `useOpenLibs`). */
  readonly openLibs?: boolean;
  /** What stands in the global `actionParams`. */
  readonly parameters?: Readonly<Record<string, string>>;
}

const scripts = new Map<string, CompiledScript>();

/**
 * Runs a script of Lua 5.1 on an object, which is its global `obj`, as Argo CD's sandbox does; gives the last value
 * that it returns.
 * @throws CapstanError EXPRESSION_INVALID, EXPRESSION_FAILED, EXPRESSION_TOO_EXPENSIVE
 */
export function runLua(script: string, object: JsonValue, options: LuaOptions = {}): LuaValue {
  const machine = new Machine(options);
  openBase(machine);
  if (options.openLibs === true) openAll(machine);
  try {
    const compiled = compiledScript(script);
    const parameters: Record<string, JsonValue> = {};
    for (const [name, value] of Object.entries(options.parameters ?? {})) setKey(parameters, name, value);
    machine.globals.set('actionParams', toLua(machine, parameters));
    machine.globals.set('obj', toLua(machine, object));
    return compiled(machine).at(-1);
  } catch (error) {
    if (error instanceof RangeError) {
      throw new CapstanError('EXPRESSION_TOO_EXPENSIVE', 'the Lua script nests too deep', { cause: error });
    }
    if (!(error instanceof LuaError)) throw error;
    throw new CapstanError('EXPRESSION_FAILED', fromBytes(machine.toText(error.value)), { cause: error });
  }
}

function compiledScript(script: string): CompiledScript {
  const known = scripts.get(script);
  if (known !== undefined) return known;
  if (script.length > MAX_LUA_LENGTH) {
    throw new CapstanError('EXPRESSION_TOO_EXPENSIVE', `the Lua script is longer than ${MAX_LUA_LENGTH} characters`);
  }
  const compiled = compileLua(parseLua(toBytes(script)));
  if (scripts.size >= MAX_SCRIPTS) scripts.clear();
  scripts.set(script, compiled);
  return compiled;
}

function openAll(machine: Machine): void {
  const { globals } = machine;
  const strings = install(machine, new LuaTable(), STRING_FUNCTIONS);
  machine.textMethods = strings;
  const math = install(machine, new LuaTable(), MATH_FUNCTIONS);
  math.set('pi', Math.PI);
  math.set('huge', Number.MAX_VALUE);
  const os = install(machine, new LuaTable(), OPEN_OS_FUNCTIONS);
  for (const [name, library] of [
    ['string', strings],
    ['math', math],
    ['os', os],
  ] as const) {
    globals.set(name, library);
    const packages = globals.get('package');
    const loaded = packages instanceof LuaTable ? packages.get('loaded') : undefined;
    if (loaded instanceof LuaTable) loaded.set(name, library);
  }
}
