import type { Machine } from './machine.ts';
import { runtimeProblem, type Place } from './problem.ts';
import type { Arguments, FunctionParameter, FunctionValue, Lazy, Value } from './values.ts';

/** An argument that is given by name. */
export interface NamedArgument {
  readonly name: string;
  readonly value: Lazy;
}

/** Puts arguments in the order of a function's parameters. Throws where they do not fit. */
export function bindArguments(
  { parameters }: { readonly parameters: readonly FunctionParameter[] },
  positional: readonly Lazy[],
  named: readonly NamedArgument[],
  place?: Place,
): Arguments {
  if (positional.length > parameters.length)
    throw runtimeProblem(
      `function expected ${parameters.length} positional argument(s), but got ${positional.length}`,
      place,
    );
  const args: (Lazy | undefined)[] = parameters.map((_, at) => positional[at]);
  for (const { name, value } of named) {
    const at = parameters.findIndex((parameter) => parameter.name === name);
    if (at < 0) throw runtimeProblem(`function has no parameter ${name}`, place);
    if (args[at] !== undefined) throw runtimeProblem(`Argument ${name} already provided`, place);
    args[at] = value;
  }
  parameters.forEach(({ name, optional }, at) => {
    if (args[at] === undefined && !optional) throw runtimeProblem(`Missing argument: ${name}`, place);
  });
  return args;
}

/** Calls a function with arguments in order. */
export function callFunction(machine: Machine, target: FunctionValue, args: readonly Lazy[], place?: Place): Value {
  return run(machine, target, bindArguments(target, args, [], place), place);
}

/** Calls a function whose arguments have been bound. */
export function run(machine: Machine, target: FunctionValue, args: Arguments, place?: Place): Value {
  machine.enter(place);
  try {
    return target.call(args);
  } finally {
    machine.leave();
  }
}
