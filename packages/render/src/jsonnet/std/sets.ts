import { compare, equals } from '../operators.ts';
import { ArrayValue, type Lazy, type Value } from '../values.ts';
import type { Builtin, Call } from './builtin.ts';

interface Keyed {
  readonly item: Lazy;
  readonly key: Value;
}

/** Functions on sorted arrays without duplicates. */
export const setBuiltins: Readonly<Record<string, Builtin>> = {
  sort: ['arr keyF?', (call) => arrayOf(sorted(call, keyed(call, 0, 1, false)))],
  uniq: ['arr keyF?', (call) => arrayOf(unique(call, keyed(call, 0, 1)))],
  set: ['arr keyF?', (call) => arrayOf(unique(call, sorted(call, keyed(call, 0, 1, false))))],
  setMember: [
    'x arr keyF?',
    (call) => {
      const wanted = call.keyOf(2)(call.lazy(0));
      return hasKey(call, keyed(call, 1, 2), wanted);
    },
  ],
  setUnion: ['a b keyF?', (call) => arrayOf(merged(call, () => true))],
  setInter: ['a b keyF?', (call) => arrayOf(merged(call, (inLeft, inRight) => inLeft && inRight))],
  setDiff: ['a b keyF?', (call) => arrayOf(merged(call, (inLeft, inRight) => inLeft && !inRight))],
};

/** Elements with their keys. Sets may be texts, whose letters are sorted; what is sorted here is an array. */
function keyed(call: Call, at: number, keyAt: number, isSet = true): readonly Keyed[] {
  const key = call.keyOf(keyAt);
  return (isSet ? call.elements(at) : call.array(at)).map((item) => ({ item, key: key(item) }));
}

function arrayOf(items: readonly Keyed[]): ArrayValue {
  return new ArrayValue(items.map(({ item }) => item));
}

function sorted(call: Call, items: readonly Keyed[]): readonly Keyed[] {
  return [...items].sort((left, right) => compare(call.machine, left.key, right.key));
}

function unique(call: Call, items: readonly Keyed[]): readonly Keyed[] {
  const kept: Keyed[] = [];
  for (const item of items) {
    const last = kept.at(-1);
    if (last === undefined || !equals(call.machine, last.key, item.key)) kept.push(item);
  }
  return kept;
}

function hasKey(call: Call, items: readonly Keyed[], wanted: Value): boolean {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const order = compare(call.machine, items[middle]?.key ?? null, wanted);
    if (order === 0) return true;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return false;
}

/** Goes through two sets side by side. Of an element that is in both the left one counts. */
function merged(call: Call, isWanted: (inLeft: boolean, inRight: boolean) => boolean): readonly Keyed[] {
  const left = keyed(call, 0, 2);
  const right = keyed(call, 1, 2);
  const kept: Keyed[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    const [a, b] = [left[i], right[j]];
    const order = a === undefined ? 1 : b === undefined ? -1 : compare(call.machine, a.key, b.key);
    const taken = order <= 0 ? a : b;
    if (taken !== undefined && isWanted(order <= 0, order >= 0)) kept.push(taken);
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
  return kept;
}
