import type { Visibility } from './ast.ts';
import { MAX_ARRAY_LENGTH, MAX_STRING_LENGTH } from './limits.ts';
import type { Machine } from './machine.ts';
import { limitProblem, type Place } from './problem.ts';

/** A value of Jsonnet. Texts are well formed; numbers are finite. */
export type Value = null | boolean | number | string | ArrayValue | ObjectValue | FunctionValue;

/** A piece of program: what it gives where its variables are known. */
export type Code = (env: Env) => Value;

/** Variables of one block, and the block around it. Objects' own blocks say which object they belong to. */
export interface Env {
  readonly slots: Lazy[];
  readonly parent: Env | undefined;
  /** The object that `self` means here, and the layer of it that the block stands in; set on objects' blocks. */
  readonly self: ObjectValue | undefined;
  readonly layer: number;
}

/** Something that is worked out when it is first asked for. */
export class Lazy {
  #value: Value | undefined;
  #code: (() => Value) | undefined;
  #isRunning = false;
  readonly #machine: Machine | undefined;
  readonly #place: Place | undefined;

  private constructor(value: Value | undefined, code?: () => Value, machine?: Machine, place?: Place) {
    this.#value = value;
    this.#code = code;
    this.#machine = machine;
    this.#place = place;
  }

  static of(value: Value): Lazy {
    return new Lazy(value);
  }

  static from(machine: Machine, code: () => Value, place?: Place): Lazy {
    return new Lazy(undefined, code, machine, place);
  }

  get(): Value {
    const code = this.#code;
    if (code === undefined) return this.#value ?? null;
    // It is asked for while it is being worked out: it would never end.
    if (this.#isRunning) throw limitProblem('max stack frames exceeded.', this.#place);
    this.#machine?.enter(this.#place);
    this.#isRunning = true;
    try {
      const value = code();
      this.#value = value;
      this.#code = undefined;
      return value;
    } finally {
      this.#isRunning = false;
      this.#machine?.leave();
    }
  }
}

/** A list. */
export class ArrayValue {
  readonly items: readonly Lazy[];

  constructor(items: readonly Lazy[]) {
    if (items.length > MAX_ARRAY_LENGTH) throw limitProblem(`an array has more than ${MAX_ARRAY_LENGTH} elements`);
    this.items = items;
  }
}

/** A function: of the program, or of the library. */
export class FunctionValue {
  readonly name: string;
  readonly parameters: readonly FunctionParameter[];
  readonly #run: (args: Arguments) => Value | TailCall;

  constructor(name: string, parameters: readonly FunctionParameter[], run: (args: Arguments) => Value | TailCall) {
    this.name = name;
    this.parameters = parameters;
    this.#run = run;
  }

  /** Calls it, and what it ends in calling, without a frame for each of those. */
  call(args: Arguments): Value {
    let result = this.#run(args);
    while (result instanceof TailCall) result = result.target.#run(result.args);
    return result;
  }
}

/** Arguments in the order of the parameters; one that is left out is undefined. */
export type Arguments = readonly (Lazy | undefined)[];

/** A call that takes the place of the one that ends in it (`tailstrict`). */
export class TailCall {
  readonly target: FunctionValue;
  readonly args: Arguments;

  constructor(target: FunctionValue, args: Arguments) {
    this.target = target;
    this.args = args;
  }
}

/** A parameter of a function. */
export interface FunctionParameter {
  readonly name: string;
  readonly optional: boolean;
}

/** A field of one layer of an object. */
export interface LayerField {
  readonly visibility: Visibility;
  /** The field's value in an object of which its layer is the n-th. */
  readonly value: (self: ObjectValue, layer: number) => Value;
}

/** One `{ … }` of a sum of objects. */
export interface Layer {
  readonly fields: ReadonlyMap<string, LayerField>;
  /** Checks the layer's assertions. */
  readonly check?: (self: ObjectValue, layer: number) => void;
}

/** An object: layers, of which later ones lie over earlier ones. */
export class ObjectValue {
  readonly machine: Machine;
  /** Sums are put together when somebody first looks into them: long chains of `+` cost nothing before. */
  #parts: readonly (Layer | ObjectValue)[];
  #layers: readonly Layer[] | undefined;
  #fields: Map<string, Field> | undefined;
  readonly #values = new Map<string, Value>();
  readonly #blocks: Env[] = [];
  #assertions: 'open' | 'running' | 'held' = 'open';

  constructor(machine: Machine, parts: readonly (Layer | ObjectValue)[]) {
    this.machine = machine;
    this.#parts = parts;
  }

  /** The layers, from the lowest. */
  get layers(): readonly Layer[] {
    if (this.#layers !== undefined) return this.#layers;
    const layers: Layer[] = [];
    const open: (Layer | ObjectValue)[] = [...this.#parts].reverse();
    for (let part = open.pop(); part !== undefined; part = open.pop()) {
      if (!(part instanceof ObjectValue)) layers.push(part);
      else if (part.#layers !== undefined) for (const layer of part.#layers) layers.push(layer);
      else for (let at = part.#parts.length - 1; at >= 0; at--) open.push(part.#parts[at] ?? { fields: new Map() });
    }
    if (layers.length > MAX_ARRAY_LENGTH) throw limitProblem('an object is the sum of too many');
    this.machine.step(layers.length);
    this.#layers = layers;
    this.#parts = [];
    return layers;
  }

  /** Whether there is a field of that name, hidden ones included. */
  has(name: string): boolean {
    return this.#index().has(name);
  }

  /** Whether there is a field of that name that is shown. */
  shows(name: string): boolean {
    const field = this.#index().get(name);
    return field !== undefined && !field.hidden;
  }

  /** Names in order of their code points. */
  names(options: { readonly hidden: boolean }): readonly string[] {
    const names: string[] = [];
    for (const [name, { hidden }] of this.#index()) if (options.hidden || !hidden) names.push(name);
    return names.sort(compareText);
  }

  /** A field's value; undefined where there is no such field. Checks assertions first. */
  get(name: string): Value | undefined {
    this.checkAssertions();
    return this.getBelow(name, this.layers.length);
  }

  /** A field's value as the layers below the n-th have it. */
  getBelow(name: string, below: number): Value | undefined {
    const layer = this.#find(name, below);
    if (layer < 0) return undefined;
    const key = `${layer}:${name}`;
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    const field = this.layers[layer]?.fields.get(name);
    if (field === undefined) return undefined;
    this.machine.enter();
    try {
      const value = field.value(this, layer);
      this.#values.set(key, value);
      return value;
    } finally {
      this.machine.leave();
    }
  }

  /** Whether the layers below the n-th have a field. */
  hasBelow(name: string, below: number): boolean {
    return this.#find(name, below) >= 0;
  }

  /** Throws where an assertion does not hold. Assertions may look at the object that they are about. */
  checkAssertions(): void {
    if (this.#assertions !== 'open') return;
    this.#assertions = 'running';
    try {
      for (let index = this.layers.length - 1; index >= 0; index--) this.layers[index]?.check?.(this, index);
      this.#assertions = 'held';
    } finally {
      if (this.#assertions === 'running') this.#assertions = 'open';
    }
  }

  /** The block of the n-th layer in this object, in which its variables live; made once. */
  block(layer: number, make: () => Env): Env {
    const known = this.#blocks[layer];
    if (known !== undefined) return known;
    const made = make();
    this.#blocks[layer] = made;
    return made;
  }

  #find(name: string, below: number): number {
    const { layers } = this;
    if (below >= layers.length) return this.#index().get(name)?.layer ?? -1;
    for (let layer = below - 1; layer >= 0; layer--) if (layers[layer]?.fields.has(name) === true) return layer;
    return -1;
  }

  #index(): ReadonlyMap<string, Field> {
    if (this.#fields !== undefined) return this.#fields;
    const fields = new Map<string, Field>();
    for (const [layer, { fields: own }] of this.layers.entries()) {
      this.machine.step(own.size);
      for (const [name, { visibility }] of own) {
        const hidden = visibility === 'inherit' ? (fields.get(name)?.hidden ?? false) : visibility === 'hidden';
        fields.set(name, { layer, hidden });
      }
    }
    this.#fields = fields;
    return fields;
  }
}

interface Field {
  /** The layer that says what the field is. */
  readonly layer: number;
  readonly hidden: boolean;
}

/** The name of a value's type. */
export function typeOf(value: Value): string {
  if (value === null) return 'null';
  if (value instanceof ArrayValue) return 'array';
  if (value instanceof ObjectValue) return 'object';
  if (value instanceof FunctionValue) return 'function';
  return typeof value;
}

/** A text that is not too long. Throws RENDER_LIMIT. */
export function boundedText(text: string): string {
  if (text.length > MAX_STRING_LENGTH) throw limitProblem(`a text is longer than ${MAX_STRING_LENGTH} characters`);
  return text;
}

/** Orders texts by their code points, as Go orders them by bytes. */
export function compareText(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const a = left.charCodeAt(at);
    const b = right.charCodeAt(at);
    if (a === b) continue;
    // Halves of pairs stand for code points beyond all others.
    const high = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
    return high(a) - high(b);
  }
  return left.length - right.length;
}

/** An array of values that are known. */
export function arrayOf(values: readonly Value[]): ArrayValue {
  return new ArrayValue(values.map((value) => Lazy.of(value)));
}
