import { syntaxProblem, type Place } from './problem.ts';
import type { Env, Lazy, ObjectValue } from './values.ts';

/** The names of one block while a program is compiled; blocks of objects know `self`. */
export interface Scope {
  readonly names: ReadonlyMap<string, number>;
  readonly parent: Scope | undefined;
  readonly isObject: boolean;
}

/** A block with these names, in order. */
export function scopeOf(names: readonly string[], parent: Scope | undefined, isObject = false): Scope {
  return { names: new Map(names.map((name, slot) => [name, slot])), parent, isObject };
}

/** How a variable is found at run time. Throws RENDER_INVALID for a name that nobody declares. */
export function variable(scope: Scope, name: string, place: Place): (env: Env) => Lazy {
  let depth = 0;
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent, depth++) {
    const slot = at.names.get(name);
    if (slot !== undefined) return slotReader(depth, slot);
  }
  throw syntaxProblem(`Unknown variable: ${name}`, place);
}

function slotReader(depth: number, slot: number): (env: Env) => Lazy {
  return (env) => {
    const found = up(env, depth).slots[slot];
    if (found === undefined) throw new RangeError('a variable has no value yet');
    return found;
  };
}

function up(env: Env, depth: number): Env {
  let at = env;
  for (let left = depth; left > 0; left--) at = at.parent ?? at;
  return at;
}

/** Where a program stands in objects: the object, and the layer of it. */
export interface Standpoint {
  readonly self: ObjectValue;
  readonly layer: number;
}

/** How `self` is found at run time, and with it `super`; of the outermost object for `$`. Throws RENDER_INVALID. */
export function standpoint(scope: Scope, which: 'self' | 'super' | '$', place: Place): (env: Env) => Standpoint {
  const depths: number[] = [];
  let depth = 0;
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent, depth++)
    if (at.isObject) depths.push(depth);
  const found = which === '$' ? depths.at(-1) : depths[0];
  if (found === undefined)
    throw syntaxProblem(
      which === '$' ? 'No top-level object found.' : `Can't use ${which} outside of an object.`,
      place,
    );
  return (env) => {
    const { self, layer } = up(env, found);
    if (self === undefined) throw new RangeError('an object has no self yet');
    return { self, layer };
  };
}
