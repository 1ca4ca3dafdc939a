import { isText, textOf, toNumber, type Machine } from './machine.ts';
import { LuaFunction, LuaTable, typeOf, type LuaValue, type LuaValues } from './value.ts';

/** Reads what a function of a library was given, and complains as gopher-lua does. */
export class Arguments {
  readonly all: LuaValues;
  private readonly machine: Machine;
  private readonly name: string;

  constructor(machine: Machine, name: string, all: LuaValues) {
    this.machine = machine;
    this.name = name;
    this.all = all;
  }

  get count(): number {
    return this.all.length;
  }

  any(place: number): LuaValue {
    if (place > this.all.length) this.fail(place, 'value expected');
    return this.all[place - 1];
  }

  table(place: number): LuaTable {
    const value = this.all[place - 1];
    return value instanceof LuaTable ? value : this.failType(place, 'table');
  }

  function(place: number): LuaFunction {
    const value = this.all[place - 1];
    return value instanceof LuaFunction ? value : this.failType(place, 'function');
  }

  text(place: number): string {
    const value = this.all[place - 1];
    return isText(value) ? textOf(value) : this.failType(place, 'string');
  }

  number(place: number): number {
    return toNumber(this.all[place - 1]) ?? this.failType(place, 'number');
  }

  integer(place: number): number {
    const value = this.number(place);
    return Number.isNaN(value) ? 0 : Math.trunc(Math.min(Math.max(value, -(2 ** 53)), 2 ** 53));
  }

  optionalInteger(place: number, otherwise: number): number {
    return this.all[place - 1] === undefined ? otherwise : this.integer(place);
  }

  optionalText(place: number, otherwise: string): string {
    return this.all[place - 1] === undefined ? otherwise : this.text(place);
  }

  fail(place: number, problem: string): never {
    return this.machine.fail(`bad argument #${place} to ${this.name} (${problem})`);
  }

  private failType(place: number, wanted: string): never {
    return this.fail(place, `${wanted} expected, got ${typeOf(this.all[place - 1])}`);
  }
}

/** What a library's function does. */
export type Builtin = (args: Arguments, machine: Machine) => LuaValues;

/** Puts functions into a table. */
export function install(machine: Machine, table: LuaTable, functions: Readonly<Record<string, Builtin>>): LuaTable {
  for (const [name, run] of Object.entries(functions)) {
    table.set(
      name,
      new LuaFunction(name, (args) => {
        // Whatever is done with a text takes time by its length.
        for (const arg of args) if (typeof arg === 'string') machine.make(arg.length);
        return run(new Arguments(machine, name, args), machine);
      }),
    );
  }
  return table;
}
