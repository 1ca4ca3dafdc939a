import { invalid } from './problem.ts';
import { field, isMapping, scalarText, textAt, type Mapping, type Value } from './value.ts';

/** A list of plain values, each of them once. Throws RENDER_INVALID for others, which need a key to be merged by. */
export function mergePlain(items: readonly Value[]): Value {
  if (items.some((item) => typeof item === 'object' && item !== null)) {
    throw invalid('wrong node kind: expected ScalarNode: a list of mappings or lists cannot be merged without a key');
  }
  const seen = new Set<string>();
  const merged: Value[] = [];
  for (const item of items) {
    const text = scalarText(item) ?? '';
    if (seen.has(text)) continue;
    seen.add(text);
    merged.push(item);
  }
  return merged;
}

/** The values of the merge keys of all elements, each combination once. */
export function keyTuples(elements: readonly Value[], keys: readonly string[]): string[][] {
  const tuples: string[][] = [];
  const seen = new Set<string>();
  for (const element of elements) {
    const tuple = keys.map((key) => (isMapping(element) ? keyText(element, key) : ''));
    const text = JSON.stringify(tuple);
    if (seen.has(text)) continue;
    seen.add(text);
    tuples.push(tuple);
  }
  return tuples;
}

/** The value of a merge key as it was written. A null is none, though nothing but a null written as nothing is found by that. */
function keyText(element: Mapping, key: string): string {
  return (field(element, key) ?? null) === null ? '' : (textAt(element, key) ?? '');
}

/** Tuples that agree where both have a value fill each other's gaps. */
export function fillTuples(tuples: string[][]): string[][] {
  const filled = [...tuples];
  for (let left = 0; left < filled.length; left++) {
    // As it was before any other filled it: one with a gap may take from several, of which the last counts.
    const before = filled[left] ?? [];
    for (let right = 0; right < filled.length; right++) {
      const joined = joinTuples(before, filled[right] ?? []);
      if (joined === undefined) continue;
      filled[left] = joined;
      filled[right] = joined;
    }
  }
  return filled;
}

function joinTuples(a: readonly string[], b: readonly string[]): string[] | undefined {
  let common = false;
  const joined: string[] = [];
  for (let index = 0; index < a.length; index++) {
    const left = a[index] ?? '';
    const right = b[index] ?? '';
    if (left === right) common = true;
    else if (left !== '' && right !== '') return undefined;
    joined.push(left !== '' ? left : right);
  }
  return common ? joined : undefined;
}

/** The keys that any of the tuples has a value for; all of them when none has. */
export function usefulKeys(
  tuples: readonly (readonly string[])[],
  tuple: readonly string[],
  keys: readonly string[],
): { readonly names: string[]; readonly values: string[] } {
  const used = keys.map((_, index) => tuples.some((other) => (other[index] ?? '') !== ''));
  if (!used.includes(true)) return { names: [...keys], values: [...tuple] };
  return {
    names: keys.filter((_, index) => used[index]),
    values: tuple.filter((value, index) => value !== '' || used[index]),
  };
}

/** The element with these values of the merge keys. */
export function findElement(
  list: readonly Value[],
  allNames: readonly string[],
  allValues: readonly string[],
): Value | undefined {
  const { names, values } = usefulKeys([allValues], allValues, allNames);
  return list.find(
    (element) =>
      isMapping(element) &&
      names.every((name, index) => {
        return field(element, name) !== undefined && (textAt(element, name) ?? '') === (values[index] ?? '');
      }),
  );
}

function isGone(element: Value): boolean {
  return element === null || (isMapping(element) && Object.keys(element).length === 0);
}

/** Whether an element has these values of the merge keys; of keys without a value it may have any, or be without them. */
function matchesElement(element: Mapping, keys: readonly string[], values: readonly string[]): boolean {
  return (
    values.length > 0 &&
    keys.every((key, index) => {
      if (index >= values.length) return true;
      const wanted = values[index] ?? '';
      return field(element, key) !== undefined && (wanted === '' || textAt(element, key) === wanted);
    })
  );
}

/**
 * Puts an element in place of those with these values of the merge keys, behind all where there are none; takes them out
 * where there is no element. Empty elements go in any case, and all that have keys where no value is given: that is what
 * kustomize does.
 */
export function setElement(
  list: Value[],
  element: Mapping | undefined,
  keys: readonly string[],
  values: readonly string[],
): void {
  let replaced = false;
  const kept = list.flatMap((known): Value[] => {
    if (isGone(known)) return [];
    if (!isMapping(known)) return [known];
    if (!matchesElement(known, keys, values)) return values.length > 0 ? [known] : [];
    replaced = true;
    return element === undefined ? [] : [element];
  });
  if (!replaced && element !== undefined) kept.push(element);
  list.splice(0, list.length, ...kept);
}

/** Puts the elements of `base` into `list`: over those with their keys, otherwise behind all. */
export function appendElements(list: Value[], base: readonly Value[], keys: readonly string[]): Value[] {
  for (const element of base) {
    if (element === null) {
      // It has no value for any key, with which kustomize takes out all that have keys.
      setElement(list, undefined, keys, []);
      continue;
    }
    if (!isMapping(element)) {
      throw invalid(
        `wrong node kind: expected MappingNode: a list that merges by ${keys.join(' and ')} holds no mapping`,
      );
    }
    const values: string[] = [];
    for (const key of keys) {
      const found = field(element, key);
      // Kustomize puts in one that lacks a key at once, and goes on with it all the same.
      if (found === undefined) list.push(element);
      else values.push(textAt(element, key) ?? '');
    }
    // Several keys: kustomize takes the element out first, so that it goes to the end.
    if (keys.length > 1) setElement(list, undefined, keys, values);
    setElement(list, element, keys, values);
  }
  return list;
}
