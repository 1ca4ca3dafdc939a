import { runtimeProblem } from '../problem.ts';
import type { Machine } from '../machine.ts';
import { ArrayValue, arrayOf, Lazy, ObjectValue, typeOf, type LayerField, type Value } from '../values.ts';
import type { Builtin, Call } from './builtin.ts';

/** Functions on objects. */
export const objectBuiltins: Readonly<Record<string, Builtin>> = {
  objectFieldsEx: ['obj hidden', (call) => arrayOf(call.object(0).names({ hidden: call.boolean(1) }))],
  objectFields: ['o', (call) => arrayOf(call.object(0).names({ hidden: false }))],
  objectFieldsAll: ['o', (call) => arrayOf(call.object(0).names({ hidden: true }))],
  objectHasEx: ['obj fname hidden', (call) => hasField(call.object(0), call.text(1), call.boolean(2))],
  objectHas: ['o f', (call) => hasField(call.object(0), call.text(1), false)],
  objectHasAll: ['o f', (call) => hasField(call.object(0), call.text(1), true)],
  objectValues: ['o', (call) => new ArrayValue(valuesOf(call, false))],
  objectValuesAll: ['o', (call) => new ArrayValue(valuesOf(call, true))],
  objectKeysValues: ['o', (call) => keysAndValues(call, false)],
  objectKeysValuesAll: ['o', (call) => keysAndValues(call, true)],
  objectRemoveKey: ['obj key', (call) => without(call.machine, call.object(0), call.text(1))],
  get: [
    'o f default? inc_hidden?',
    (call) => {
      const object = call.object(0);
      const name = call.text(1);
      return hasField(object, name, call.boolean(3, true)) ? (object.get(name) ?? null) : call.value(2);
    },
  ],
  mapWithKey: [
    'func obj',
    (call) => {
      const map = call.function(0);
      const object = call.object(1);
      return objectOf(
        call.machine,
        object
          .names({ hidden: false })
          .map((name) => [name, call.later(() => call.call(map, name, field(call, object, name)))]),
      );
    },
  ],
  mergePatch: ['target patch', (call) => mergePatch(call, call.value(0), call.value(1))],
  prune: ['a', (call) => prune(call, call.value(0))],
};

/** An object with these fields. */
export function objectOf(machine: Machine, fields: readonly (readonly [string, Lazy])[]): ObjectValue {
  machine.step(fields.length);
  const made = new Map<string, LayerField>();
  for (const [name, value] of fields) made.set(name, { visibility: 'inherit', value: () => value.get() });
  return new ObjectValue(machine, [{ fields: made }]);
}

function hasField(object: ObjectValue, name: string, hidden: boolean): boolean {
  return hidden ? object.has(name) : object.shows(name);
}

function field(call: Call, object: ObjectValue, name: string): Lazy {
  return call.later(() => object.get(name) ?? null);
}

function valuesOf(call: Call, hidden: boolean): readonly Lazy[] {
  const object = call.object(0);
  return object.names({ hidden }).map((name) => field(call, object, name));
}

function keysAndValues(call: Call, hidden: boolean): Value {
  const object = call.object(0);
  return arrayOf(
    object.names({ hidden }).map((name) =>
      objectOf(call.machine, [
        ['key', Lazy.of(name)],
        ['value', field(call, object, name)],
      ]),
    ),
  );
}

/** The object with a field taken out of every layer; what else refers to `self` goes on as before. */
function without(machine: Machine, object: ObjectValue, name: string): ObjectValue {
  return new ObjectValue(
    machine,
    object.layers.map((layer) => {
      if (!layer.fields.has(name)) return layer;
      const fields = new Map(layer.fields);
      fields.delete(name);
      return { ...layer, fields };
    }),
  );
}

function mergePatch(call: Call, target: Value, patch: Value): Value {
  if (!(patch instanceof ObjectValue)) return patch;
  const base = target instanceof ObjectValue ? target : objectOf(call.machine, []);
  const names = new Set([...base.names({ hidden: false }), ...patch.names({ hidden: false })]);
  const fields: (readonly [string, Lazy])[] = [];
  for (const name of names) {
    if (!patch.shows(name)) {
      fields.push([name, field(call, base, name)]);
      continue;
    }
    const wanted = patch.get(name) ?? null;
    if (wanted === null) continue;
    fields.push([name, call.later(() => mergePatch(call, base.shows(name) ? (base.get(name) ?? null) : null, wanted))]);
  }
  return objectOf(call.machine, fields);
}

function prune(call: Call, value: Value): Value {
  call.machine.enter();
  try {
    if (value instanceof ArrayValue) {
      const items = value.items.map((item) => prune(call, item.get())).filter(hasContent);
      call.machine.step(value.items.length);
      return arrayOf(items);
    }
    if (!(value instanceof ObjectValue)) return value;
    const fields = value
      .names({ hidden: false })
      .map((name) => [name, prune(call, value.get(name) ?? null)] as const)
      .filter(([, item]) => hasContent(item));
    return objectOf(
      call.machine,
      fields.map(([name, item]) => [name, Lazy.of(item)]),
    );
  } finally {
    call.machine.leave();
  }
}

function hasContent(value: Value): boolean {
  if (value === null) return false;
  if (value instanceof ArrayValue) return value.items.length > 0;
  return !(value instanceof ObjectValue) || value.names({ hidden: false }).length > 0;
}

/** How many parts a value has. */
export function lengthOf(value: Value, countText: (text: string) => number): number {
  if (typeof value === 'string') return countText(value);
  if (value instanceof ArrayValue) return value.items.length;
  if (value instanceof ObjectValue) return value.names({ hidden: false }).length;
  if (typeof value === 'object' && value !== null) return value.parameters.length;
  throw runtimeProblem(`length operates on strings, objects, functions and arrays, got ${typeOf(value)}`);
}
