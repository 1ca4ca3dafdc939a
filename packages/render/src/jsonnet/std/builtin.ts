import { callFunction } from '../calls.ts';
import type { Machine } from '../machine.ts';
import { arrayValueOf, booleanOf, functionOf, numberOf, objectOf, textOf } from '../operators.ts';
import { runtimeProblem } from '../problem.ts';
import { codePoints } from '../text.ts';
import { ArrayValue, FunctionValue, Lazy, typeOf, type Arguments, type ObjectValue, type Value } from '../values.ts';

/** What a function of the library is given. */
export class Call {
  readonly machine: Machine;
  readonly #args: Arguments;

  constructor(machine: Machine, args: Arguments) {
    this.machine = machine;
    this.#args = args;
  }

  /** An argument that is not looked at yet. */
  lazy(at: number): Lazy {
    return this.#args[at] ?? Lazy.of(null);
  }

  /** Whether an optional argument is there. */
  has(at: number): boolean {
    return this.#args[at] !== undefined;
  }

  value(at: number): Value {
    return this.lazy(at).get();
  }

  text(at: number): string {
    return textOf(this.value(at));
  }

  number(at: number): number {
    return numberOf(this.value(at));
  }

  boolean(at: number, otherwise?: boolean): boolean {
    return otherwise !== undefined && !this.has(at) ? otherwise : booleanOf(this.value(at));
  }

  array(at: number): readonly Lazy[] {
    const { items } = arrayValueOf(this.value(at));
    this.machine.step(items.length);
    return items;
  }

  object(at: number): ObjectValue {
    return objectOf(this.value(at));
  }

  function(at: number): FunctionValue {
    return functionOf(this.value(at));
  }

  /** The elements of an array, or the letters of a text. */
  elements(at: number): readonly Lazy[] {
    const value = this.value(at);
    if (value instanceof ArrayValue) return this.array(at);
    if (typeof value !== 'string') throw runtimeProblem(`Unexpected type ${typeOf(value)}, expected array or string`);
    this.machine.step(value.length);
    return codePoints(value).map((letter) => Lazy.of(letter));
  }

  /** What a function gives for some values. */
  call(target: FunctionValue, ...args: readonly (Lazy | Value)[]): Value {
    const lazies = args.map((arg) => (arg instanceof Lazy ? arg : Lazy.of(arg)));
    return callFunction(this.machine, target, lazies);
  }

  /** What a function will give once somebody asks. */
  later(run: () => Value): Lazy {
    return Lazy.from(this.machine, run);
  }

  /** An optional function of one argument that says what values are judged by; each value itself where it is left out. */
  keyOf(at: number): (item: Lazy) => Value {
    if (!this.has(at)) return (item) => item.get();
    const key = this.function(at);
    return (item) => this.call(key, item);
  }
}

/** A function of the library: its parameters (those with `?` may be left out), and what it gives. */
export type Builtin = readonly [parameters: string, run: (call: Call) => Value];

/** Makes a value of a function of the library. */
export function builtinFunction(machine: Machine, name: string, [parameters, run]: Builtin): FunctionValue {
  const shape = parameters
    .split(' ')
    .filter((parameter) => parameter !== '')
    .map((parameter) => ({ name: parameter.replace('?', ''), optional: parameter.endsWith('?') }));
  return new FunctionValue(name, shape, (args) => run(new Call(machine, args)));
}
