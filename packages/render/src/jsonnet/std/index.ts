import type { Machine } from '../machine.ts';
import { quoteJson, toText } from '../manifest.ts';
import { equals } from '../operators.ts';
import { runtimeProblem } from '../problem.ts';
import type { Layer, LayerField, Lazy, Value } from '../values.ts';
import { ObjectValue } from '../values.ts';
import { arrayBuiltins } from './arrays.ts';
import { builtinFunction, type Builtin, type Call } from './builtin.ts';
import { encodingBuiltins } from './encoding.ts';
import { manifestBuiltins } from './manifests.ts';
import { mathBuiltins } from './math.ts';
import { objectBuiltins } from './objects.ts';
import { setBuiltins } from './sets.ts';
import { stringBuiltins } from './strings.ts';

/** The library of one program: what is the same in every file. */
export function standardLibrary(machine: Machine, variables: ReadonlyMap<string, Lazy>): Layer {
  const fields = new Map<string, LayerField>();
  const add = (builtins: Readonly<Record<string, Builtin>>): void => {
    for (const [name, builtin] of Object.entries(builtins)) {
      const value = builtinFunction(machine, name, builtin);
      fields.set(name, { visibility: 'hidden', value: () => value });
    }
  };
  for (const builtins of [
    arrayBuiltins,
    encodingBuiltins,
    manifestBuiltins,
    mathBuiltins,
    objectBuiltins,
    setBuiltins,
    stringBuiltins,
    generalBuiltins(variables),
  ])
    add(builtins);
  fields.set('pi', { visibility: 'hidden', value: () => Math.PI });
  return { fields };
}

/** The library as one file sees it: with the file's own name. */
export function libraryOf(machine: Machine, shared: Layer, file: string): ObjectValue {
  const own: Layer = { fields: new Map([['thisFile', { visibility: 'hidden', value: () => file }]]) };
  return new ObjectValue(machine, [shared, own]);
}

function generalBuiltins(variables: ReadonlyMap<string, Lazy>): Readonly<Record<string, Builtin>> {
  return {
    id: ['x', (call) => call.value(0)],
    extVar: [
      'x',
      (call) => {
        const name = call.text(0);
        const value = variables.get(name);
        if (value === undefined) throw runtimeProblem(`Undefined external variable: ${name}`);
        return value.get();
      },
    ],
    // Nobody is there to read it, and there are no native functions.
    trace: ['str rest', trace],
    native: ['x', () => null],
    assertEqual: ['a b', assertEqual],
  };
}

function trace(call: Call): Value {
  call.text(0);
  return call.value(1);
}

function assertEqual(call: Call): Value {
  const [left, right] = [call.value(0), call.value(1)];
  if (equals(call.machine, left, right)) return true;
  const shown = (value: Value): string => (typeof value === 'string' ? quoteJson(value) : toText(call.machine, value));
  throw runtimeProblem(`Assertion failed. ${shown(left)} != ${shown(right)}`);
}
