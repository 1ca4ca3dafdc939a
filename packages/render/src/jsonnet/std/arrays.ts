import { booleanOf, compare, equals, numberOf } from '../operators.ts';
import { limitProblem, runtimeProblem } from '../problem.ts';
import { MAX_ARRAY_LENGTH, MAX_STRING_LENGTH } from '../limits.ts';
import { slice } from '../slice.ts';
import { toText } from '../manifest.ts';
import { ArrayValue, arrayOf, boundedText, Lazy, typeOf, type Value } from '../values.ts';
import type { Builtin, Call } from './builtin.ts';

/** Functions on arrays, some of which take texts for arrays of their letters. */
export const arrayBuiltins: Readonly<Record<string, Builtin>> = {
  makeArray: [
    'sz func',
    (call) => {
      const size = count(call.number(0));
      const make = call.function(1);
      call.machine.step(size);
      return new ArrayValue(Array.from({ length: size }, (_, at) => call.later(() => call.call(make, at))));
    },
  ],
  range: [
    'from to',
    (call) => {
      const from = call.number(0);
      if (!Number.isInteger(from)) throw runtimeProblem(`Expected an integer, but got ${from}`);
      const size = count(call.number(1) - from + 1);
      call.machine.step(size);
      return arrayOf(Array.from({ length: size }, (_, at) => from + at));
    },
  ],
  repeat: [
    'what count',
    (call) => {
      const what = call.value(0);
      if (typeof what === 'string') {
        const letters = Math.max(0, whole(call.number(1)));
        boundedLength(what.length * letters);
        return what.repeat(letters);
      }
      const times = count(call.number(1));
      if (!(what instanceof ArrayValue)) throw runtimeProblem('std.repeat first argument must be an array or a string');
      count(what.items.length * times);
      return new ArrayValue(Array.from({ length: times }, () => what.items).flat());
    },
  ],
  slice: [
    'indexable index end step',
    (call) => slice(call.value(0), { from: call.value(1), to: call.value(2), step: call.value(3) }),
  ],
  map: [
    'func arr',
    (call) => {
      const map = call.function(0);
      return new ArrayValue(call.elements(1).map((item) => call.later(() => call.call(map, item))));
    },
  ],
  mapWithIndex: [
    'func arr',
    (call) => {
      const map = call.function(0);
      return new ArrayValue(call.elements(1).map((item, at) => call.later(() => call.call(map, at, item))));
    },
  ],
  filter: ['func arr', (call) => new ArrayValue(filtered(call, 0, call.array(1)))],
  filterMap: [
    'filter_func map_func arr',
    (call) => {
      const map = call.function(1);
      return new ArrayValue(filtered(call, 0, call.array(2)).map((item) => call.later(() => call.call(map, item))));
    },
  ],
  flatMap: ['func arr', flatMap],
  foldl: [
    'func arr init',
    (call) => {
      const fold = call.function(0);
      return call
        .elements(1)
        .reduce((sum, item) => Lazy.of(call.call(fold, sum, item)), call.lazy(2))
        .get();
    },
  ],
  foldr: [
    'func arr init',
    (call) => {
      const fold = call.function(0);
      return call
        .elements(1)
        .reduceRight((sum, item) => Lazy.of(call.call(fold, item, sum)), call.lazy(2))
        .get();
    },
  ],
  join: ['sep arr', join],
  lines: ['arr', (call) => joinTexts(call, '\n', [...call.array(0), Lazy.of('')])],
  deepJoin: ['arr', (call) => boundedText(deepJoin(call, call.value(0)))],
  reverse: ['arr', (call) => new ArrayValue([...call.array(0)].reverse())],
  flattenArrays: ['arrs', (call) => new ArrayValue(call.array(0).flatMap((item) => itemsOf(call, item.get())))],
  flattenDeepArray: [
    'value',
    (call) => {
      const value = call.value(0);
      return value instanceof ArrayValue ? new ArrayValue(deepItems(call, value)) : arrayOf([value]);
    },
  ],
  member: [
    'arr x',
    (call) => {
      const list = call.value(0);
      if (typeof list === 'string') {
        const part = call.text(1);
        return list.includes(part);
      }
      if (!(list instanceof ArrayValue)) throw runtimeProblem('std.member first argument must be an array or a string');
      return call.array(0).some((item) => equals(call.machine, item.get(), call.value(1)));
    },
  ],
  contains: ['arr elem', (call) => call.array(0).some((item) => equals(call.machine, item.get(), call.value(1)))],
  count: ['arr x', (call) => call.array(0).filter((item) => equals(call.machine, item.get(), call.value(1))).length],
  find: ['value arr', (call) => arrayOf(placesOf(call, call.value(0), call.array(1)))],
  all: ['arr', (call) => call.array(0).every((item) => truth(call, item.get()))],
  any: ['arr', (call) => call.array(0).some((item) => truth(call, item.get()))],
  sum: ['arr', (call) => sum(call.array(0))],
  avg: [
    'arr',
    (call) => {
      const items = call.array(0);
      if (items.length === 0) throw runtimeProblem('Cannot calculate average of an empty array.');
      return sum(items) / items.length;
    },
  ],
  minArray: ['arr keyF? onEmpty?', (call) => best(call, (order) => order < 0)],
  maxArray: ['arr keyF? onEmpty?', (call) => best(call, (order) => order > 0)],
  removeAt: ['arr at', (call) => new ArrayValue(call.array(0).filter((_, at) => at !== call.value(1)))],
  remove: [
    'arr elem',
    (call) => {
      const items = call.array(0);
      const [first] = placesOf(call, call.value(1), items);
      return new ArrayValue(items.filter((_, at) => at !== first));
    },
  ],
};

function whole(size: number): number {
  if (!Number.isInteger(size)) throw runtimeProblem(`Expected an integer, but got ${size}`);
  return size;
}

function count(size: number): number {
  whole(size);
  if (size > MAX_ARRAY_LENGTH) throw limitProblem(`an array has more than ${MAX_ARRAY_LENGTH} elements`);
  return Math.max(0, size);
}

function boundedLength(length: number): void {
  // Before it is made: the text itself may be more than there is room for.
  if (length > MAX_STRING_LENGTH) throw limitProblem(`a text is longer than ${MAX_STRING_LENGTH} characters`);
}

function filtered(call: Call, at: number, items: readonly Lazy[]): readonly Lazy[] {
  const wanted = call.function(at);
  return items.filter((item) => booleanOf(call.call(wanted, item)));
}

function flatMap(call: Call): Value {
  const map = call.function(0);
  const isText = typeof call.value(1) === 'string';
  const results = call.elements(1).map((item) => call.call(map, item));
  if (isText) {
    const texts = results.map((result) => {
      if (typeof result === 'string') return result;
      throw runtimeProblem(`std.flatMap on strings, provided function must return a string, got ${typeOf(result)}`);
    });
    return boundedText(texts.join(''));
  }
  return new ArrayValue(
    results.flatMap((result) => {
      if (result instanceof ArrayValue) return itemsOf(call, result);
      throw runtimeProblem(`std.flatMap on arrays, provided function must return an array, got ${typeOf(result)}`);
    }),
  );
}

function itemsOf(call: Call, value: Value): readonly Lazy[] {
  if (!(value instanceof ArrayValue)) throw runtimeProblem(`Unexpected type ${typeOf(value)}, expected array`);
  call.machine.step(value.items.length);
  return value.items;
}

function deepItems(call: Call, list: ArrayValue): readonly Lazy[] {
  call.machine.step(list.items.length + 1);
  return list.items.flatMap((item) => {
    const value = item.get();
    if (!(value instanceof ArrayValue)) return [item];
    call.machine.enter();
    const inner = deepItems(call, value);
    call.machine.leave();
    return inner;
  });
}

function join(call: Call): Value {
  const separator = call.value(0);
  const items = call.array(1);
  if (typeof separator === 'string') return joinTexts(call, separator, items);
  if (!(separator instanceof ArrayValue))
    throw runtimeProblem(`join first parameter should be string or array, got ${typeOf(separator)}`);
  const joined: Lazy[] = [];
  let isFirst = true;
  items.forEach((item, at) => {
    const value = item.get();
    if (value === null) return;
    if (!(value instanceof ArrayValue)) throw runtimeProblem(`expected array but arr[${at}] was ${typeOf(value)} `);
    const parts = isFirst ? value.items : [...separator.items, ...value.items];
    count(joined.length + parts.length);
    call.machine.step(parts.length);
    for (const part of parts) joined.push(part);
    isFirst = false;
  });
  return new ArrayValue(joined);
}

function joinTexts(call: Call, separator: string, items: readonly Lazy[]): string {
  const parts: string[] = [];
  let length = 0;
  items.forEach((item, at) => {
    const value = item.get();
    if (value === null) return;
    if (typeof value !== 'string') throw runtimeProblem(`expected string but arr[${at}] was ${typeOf(value)} `);
    length += value.length + separator.length;
    boundedLength(length);
    parts.push(value);
  });
  call.machine.step(parts.length);
  return parts.join(separator);
}

function deepJoin(call: Call, value: Value): string {
  if (typeof value === 'string') return value;
  if (!(value instanceof ArrayValue)) throw runtimeProblem(`Expected string or array, got ${typeOf(value)}`);
  call.machine.enter();
  call.machine.step(value.items.length);
  const text = value.items.map((item) => deepJoin(call, item.get())).join('');
  call.machine.leave();
  return boundedText(text);
}

function placesOf(call: Call, wanted: Value, items: readonly Lazy[]): readonly number[] {
  return items.flatMap((item, at) => (equals(call.machine, item.get(), wanted) ? [at] : []));
}

function truth(call: Call, value: Value): boolean {
  if (typeof value === 'boolean') return value;
  throw runtimeProblem(`element "${toText(call.machine, value)}" of type ${typeOf(value)} is not a boolean`);
}

function sum(items: readonly Lazy[]): number {
  return items.reduce((total, item) => total + numberOf(item.get()), 0);
}

/** The first element whose key comes before (or after) those of all others. */
function best(call: Call, isBetter: (order: number) => boolean): Value {
  const items = call.array(0);
  const key = call.keyOf(1);
  const [first] = items;
  if (first === undefined) {
    if (call.has(2)) return call.value(2);
    throw runtimeProblem('Expected at least one element in array. Got none');
  }
  let found = first;
  let foundKey = key(first);
  for (const item of items.slice(1)) {
    const own = key(item);
    if (!isBetter(compare(call.machine, own, foundKey))) continue;
    found = item;
    foundKey = own;
  }
  return found.get();
}
