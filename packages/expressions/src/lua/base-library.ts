import { isCapstanError } from '@capstan/errors';
import { install, type Builtin } from './arguments.ts';
import { compileLua } from './compile.ts';
import { isText, LuaError, modulo, type Machine } from './machine.ts';
import { OS_FUNCTIONS } from './os-library.ts';
import { parseLua } from './parser.ts';
import { isTrue, LuaFunction, LuaTable, parseNumber, typeOf, type LuaValue, type LuaValues } from './value.ts';

/** Most values that `unpack` gives. */
const MAX_UNPACKED = 10_000;

/** What stands for a function that would read files or load code from outside: it does not exist here. */
const BASE: Readonly<Record<string, Builtin>> = {
  assert: (args, machine) => {
    if (isTrue(args.any(1))) return args.all;
    const message = args.all[1];
    return message === undefined ? machine.fail('assertion failed!') : machine.fail(args.text(2));
  },
  collectgarbage: () => [],
  error: (args, machine) => {
    const value = args.all[0];
    const level = args.optionalInteger(2, 1);
    throw new LuaError(isText(value) && level > 0 ? `<string>:${machine.line}: ${machine.toText(value)}` : value);
  },
  getmetatable: (args, machine) => {
    const value = args.any(1);
    if (typeof value === 'string') return [machine.textMethods];
    const metatable = value instanceof LuaTable ? value.metatable : undefined;
    return [metatable?.get('__metatable') ?? metatable];
  },
  ipairs: (args, machine) => {
    const table = args.table(1);
    const next = new LuaFunction('ipairs', ([, place]) => {
      machine.step();
      const at = Number(place) + 1;
      const value = machine.index(table, at);
      return value === undefined ? [undefined] : [at, value];
    });
    return [next, table, 0];
  },
  load: (args, machine) => {
    const source = args.function(1);
    let text = '';
    for (;;) {
      const [part] = machine.call(source, []);
      if (part === undefined || part === '') break;
      if (!isText(part)) return [undefined, 'reader function must return a string'];
      text += machine.toText(part);
      machine.make(text.length);
    }
    return loadText(machine, text);
  },
  loadstring: (args, machine) => loadText(machine, args.text(1)),
  next: (args) => {
    const following = args.table(1).next(args.all[1]);
    return following ?? [undefined];
  },
  pairs: (args, machine) => {
    const table = args.table(1);
    const next = new LuaFunction('next', ([of, key]) => {
      machine.step();
      return (of instanceof LuaTable ? of.next(key) : undefined) ?? [undefined];
    });
    return [next, table, undefined];
  },
  pcall: (args, machine) => {
    const callee = args.any(1);
    return protectedCall(machine, callee, args.all.slice(1), undefined);
  },
  xpcall: (args, machine) => protectedCall(machine, args.function(1), [], args.function(2)),
  print: () => [],
  rawequal: (args) => [args.any(1) === args.any(2)],
  rawget: (args) => [args.table(1).get(args.any(2))],
  rawset: (args, machine) => {
    machine.rawSet(args.table(1), args.any(2), args.any(3));
    return [];
  },
  select: (args) => {
    if (args.all[0] === '#') return [args.count - 1];
    const place = args.integer(1);
    if (place === 0 || place < -(args.count - 1)) args.fail(1, 'index out of range');
    return place < 0 ? args.all.slice(place) : args.all.slice(place);
  },
  setmetatable: (args, machine) => {
    const table = args.any(1);
    const metatable = args.all[1];
    if (!(table instanceof LuaTable)) return [table];
    if (table.metatable?.get('__metatable') !== undefined) machine.fail('cannot change a protected metatable');
    if (metatable === undefined || metatable instanceof LuaTable) table.metatable = metatable;
    else args.fail(2, `nil or table expected, got ${typeOf(metatable)}`);
    return [table];
  },
  tonumber: (args) => [toNumberIn(args.any(1), args.all[1] === undefined ? undefined : args.integer(2))],
  tostring: (args, machine) => [machine.toText(args.any(1))],
  type: (args) => [typeOf(args.any(1))],
  unpack: (args, machine) => {
    const table = args.table(1);
    const [from, to] = [args.optionalInteger(2, 1), args.optionalInteger(3, table.length)];
    if (to - from >= MAX_UNPACKED) machine.fail('too many results to unpack');
    machine.step(Math.max(0, to - from));
    return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => table.get(from + index));
  },
};

const TABLE: Readonly<Record<string, Builtin>> = {
  concat: (args, machine) => {
    const table = args.table(1);
    const separator = args.optionalText(2, '');
    const { length } = table;
    const from = Math.max(1, args.optionalInteger(3, 1));
    const to = Math.min(length, args.optionalInteger(4, length));
    const parts: string[] = [];
    for (let at = from; at <= to; at++) {
      const value = table.get(at);
      if (!isText(value)) machine.fail(`invalid value (${typeOf(value)}) at index ${at} in table for concat`);
      const part = machine.toText(value);
      machine.make(part.length + separator.length);
      parts.push(part);
    }
    return [parts.join(separator)];
  },
  getn: (args) => [args.table(1).length],
  insert: (args, machine) => {
    const table = args.table(1);
    if (args.count === 1) machine.fail('wrong number of arguments');
    machine.step(4);
    if (args.count === 2) table.append(args.all[1]);
    else {
      machine.step(table.length / 64);
      machine.step(table.insert(args.integer(2), args.any(3)) * 4);
    }
    return [];
  },
  maxn: (args) => [args.table(1).length],
  remove: (args, machine) => {
    const table = args.table(1);
    machine.step(1 + table.length / 64);
    return [table.remove(args.count === 1 ? -1 : args.integer(2))];
  },
  sort: (args, machine) => {
    const table = args.table(1);
    const order = args.count > 1 ? args.function(2) : undefined;
    const isLess = (left: LuaValue, right: LuaValue): boolean =>
      order === undefined ? machine.less(left, right, false) : isTrue(machine.call(order, [left, right])[0]);
    table.sort((left, right) => {
      machine.step();
      if (isLess(left, right)) return -1;
      return isLess(right, left) ? 1 : 0;
    });
    return [];
  },
};

/**
 * Opens the libraries that Argo CD always opens: base, table and package. `os`, of which two functions are left, is
 * got by `require`.
 */
export function openBase(machine: Machine): void {
  const { globals } = machine;
  install(machine, globals, BASE);
  globals.set('_G', globals);
  globals.set('_VERSION', 'Lua 5.1');
  const table = install(machine, new LuaTable(), TABLE);
  globals.set('table', table);
  const loaded = new LuaTable();
  const packages = new LuaTable();
  packages.set('loaded', loaded);
  packages.set('preload', new LuaTable());
  packages.set('path', '');
  packages.set('cpath', '');
  globals.set('package', packages);
  loaded.set('table', table);
  loaded.set('_G', globals);
  install(machine, globals, {
    require: (args) => {
      const name = args.text(1);
      const known = loaded.get(name);
      if (known !== undefined) return [known];
      if (name !== 'os') machine.fail(`module ${name} not found:\n\tno field package.preload['${name}'], `);
      const os = install(machine, new LuaTable(), OS_FUNCTIONS);
      loaded.set('os', os);
      return [os];
    },
  });
}

function protectedCall(
  machine: Machine,
  callee: LuaValue,
  args: LuaValues,
  handler: LuaFunction | undefined,
): LuaValues {
  const outcome = machine.attempt(() => machine.call(callee, args));
  if ('values' in outcome) return [true, ...outcome.values];
  if (handler === undefined) return [false, outcome.error.value];
  return [false, ...machine.call(handler, [outcome.error.value])];
}

function loadText(machine: Machine, text: string): LuaValues {
  machine.make(text.length * 16);
  try {
    const script = compileLua(parseLua(text));
    return [new LuaFunction('loaded chunk', () => script(machine))];
  } catch (error) {
    if (!isCapstanError(error, 'EXPRESSION_INVALID')) throw error;
    return [undefined, error.message];
  }
}

/** `tonumber`: what has a point is decimal, whole numbers may be of another base. */
function toNumberIn(value: LuaValue, base: number | undefined): LuaValue {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  const text = value.replace(/^[ \n\t]+|[ \n\t]+$/g, '');
  if (text.includes('.')) return /^[-+]?[0-9]*\.?[0-9]*([eE][-+]?[0-9]+)?$/.test(text) ? parseNumber(text) : undefined;
  const isHex = base === undefined && /^0x/i.test(text);
  const radix = isHex ? 16 : (base ?? 10);
  const digits = isHex ? text.slice(2) : text;
  const sign = digits.startsWith('-') ? -1 : 1;
  const plain = digits.replace(/^[-+]/, '').toLowerCase();
  if (radix < 2 || radix > 36 || plain === '') return undefined;
  let number = 0;
  for (const digit of plain) {
    const worth = parseInt(digit, 36);
    if (Number.isNaN(worth) || worth >= radix) return undefined;
    number = number * radix + worth;
  }
  return number >= 2 ** 63 ? undefined : sign * number;
}

/** The functions of `math`. */
export const MATH_FUNCTIONS: Readonly<Record<string, Builtin>> = {
  ...Object.fromEntries(
    (
      [
        'abs',
        'acos',
        'asin',
        'atan',
        'ceil',
        'cos',
        'cosh',
        'exp',
        'floor',
        'log',
        'log10',
        'sin',
        'sinh',
        'sqrt',
        'tan',
        'tanh',
      ] as const
    ).map((name): [string, Builtin] => [name, (args) => [Math[name](args.number(1))]]),
  ),
  atan2: (args) => [Math.atan2(args.number(1), args.number(2))],
  deg: (args) => [(args.number(1) * 180) / Math.PI],
  rad: (args) => [(args.number(1) * Math.PI) / 180],
  fmod: (args) => [args.number(1) % args.number(2)],
  mod: (args) => [modulo(args.number(1), args.number(2))],
  modf: (args) => [Math.trunc(args.number(1)), args.number(1) - Math.trunc(args.number(1))],
  pow: (args) => [args.number(1) ** args.number(2)],
  ldexp: (args) => [args.number(1) * 2 ** args.integer(2)],
  frexp: (args) => {
    const value = args.number(1);
    if (value === 0 || !Number.isFinite(value)) return [value, 0];
    const exponent = Math.max(-1022, Math.floor(Math.log2(Math.abs(value))) + 1);
    return [value / 2 ** exponent, exponent];
  },
  max: (args) => [Math.max(...args.all.map((_, index) => args.number(index + 1)))],
  min: (args) => [Math.min(...args.all.map((_, index) => args.number(index + 1)))],
  random: (args, machine) => {
    const { random } = machine.world;
    if (random === undefined) return machine.fail('math.random is not available here');
    if (args.count === 0) return [random()];
    const [least, most] = args.count === 1 ? [1, args.integer(1)] : [args.integer(1), args.integer(2)];
    if (most < least) args.fail(args.count, 'interval is empty');
    return [least + Math.floor(random() * (most - least + 1))];
  },
  randomseed: () => [],
};
