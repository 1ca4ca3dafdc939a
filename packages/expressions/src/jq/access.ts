import { getKey, isJsonObject, setKey, type JsonArray, type JsonValue } from '@capstan/object';
import { preview, previewWithType } from './encode.ts';
import { isNumber, toIndex } from './numbers.ts';
import { compareValues } from './operators.ts';
import { CHARACTER, ENTRY, KEY, failAbout, JqError, tooExpensive, type Run } from './run.ts';

/** Longest list that a write beyond its end may make. */
const MAX_LIST_LENGTH = 1_000_000;

/** Stands where something was deleted, until all deletions of one turn are done and places may shift. */
const DELETED = Symbol('deleted');

type Slot = JsonValue | typeof DELETED;

/** `value[key]`: by name, by place (from the end when negative), by slice, or the places of a list in a list. @throws JqError */
export function indexValue(run: Run, value: JsonValue, key: JsonValue): JsonValue {
  if (typeof key === 'string') {
    if (value === null) return null;
    if (!isJsonObject(value)) failAbout('expected an object but got', value);
    return getKey(value, key) ?? null;
  }
  if (isNumber(key)) {
    if (value === null) return null;
    const at = toIndex(key) ?? 0;
    if (Array.isArray(value)) return (value as JsonArray)[at < 0 ? at + value.length : at] ?? null;
    if (typeof value !== 'string') failAbout('expected an array but got', value);
    run.make(value.length * CHARACTER);
    const characters = [...value];
    return characters[at < 0 ? at + characters.length : at] ?? null;
  }
  if (Array.isArray(key)) {
    if (value === null) return null;
    if (!Array.isArray(value)) failAbout('expected an array but got', value);
    return placesOf(run, value as JsonArray, key as JsonArray);
  }
  if (isJsonObject(key)) {
    if (value === null) return null;
    const [start, end] = boundsOf(key);
    return sliceValue(run, value, start, end);
  }
  if (Array.isArray(value)) failAbout('expected a number for indexing an array but got', key);
  if (typeof value === 'string') failAbout('expected a number for indexing a string but got', key);
  return failAbout('expected a string for object key but got', key);
}

/** `value[start:end]` of a list or a text, whose places are characters. @throws JqError */
export function sliceValue(run: Run, value: JsonValue, start: JsonValue, end: JsonValue): JsonValue {
  if (value === null) return null;
  if (Array.isArray(value)) {
    const [from, to] = clampSlice(start, end, value.length, 'an array');
    if (from === 0 && to === value.length) return value as JsonArray;
    run.make(to - from);
    return (value as JsonArray).slice(from, to);
  }
  if (typeof value !== 'string') failAbout('expected an array but got', value);
  run.make(value.length * CHARACTER);
  const characters = [...value];
  const [from, to] = clampSlice(start, end, characters.length, 'a string');
  return characters.slice(from, to).join('');
}

/** Every place at which `part` begins in `list`. */
export function placesOf(run: Run, list: JsonArray, part: JsonArray): number[] {
  const places: number[] = [];
  if (part.length === 0) return places;
  run.make(list.length * part.length);
  for (let at = 0; at + part.length <= list.length; at++) {
    if (part.every((item, offset) => compareValues(list[at + offset] ?? null, item) === 0)) places.push(at);
  }
  return places;
}

/** `getpath`: null as soon as something is missing. @throws JqError */
export function getPathOf(run: Run, value: JsonValue, path: JsonValue): JsonValue {
  if (!Array.isArray(path)) failPath('getpath', value, path);
  let at = value;
  for (const key of path as JsonArray) {
    run.step();
    if (at !== null && typeof at !== 'object') failPath('getpath', value, path);
    try {
      at = indexValue(run, at, key);
    } catch (error) {
      throw wrapped(error, `getpath(${preview(path)}) cannot be applied to ${preview(value)}`);
    }
  }
  return at;
}

/**
 * Writes to paths of one value. What it copied once it may change in place, so that many writes cost one copy of each
 * list and object that they touch; the value it began with stays as it was.
 */
export class PathWriter {
  private readonly run: Run;
  private readonly owned = new Set<object>();
  private root: Slot;

  constructor(run: Run, value: JsonValue) {
    this.run = run;
    this.root = value;
  }

  /** What stands there now, before `finish`. */
  get value(): JsonValue {
    return this.root === DELETED ? null : this.root;
  }

  /** `setpath`. @throws JqError */
  set(path: JsonValue, value: JsonValue): void {
    if (!Array.isArray(path)) failPath('setpath', this.value, path);
    try {
      this.root = this.write(this.root, path as JsonArray, 0, value);
    } catch (error) {
      throw wrapped(error, `setpath(${preview(path)}; ${preview(value)}) cannot be applied to ${preview(this.value)}`);
    }
  }

  /** Deletes all of `paths` at once: places in lists mean those before the first deletion. @throws JqError */
  deleteAll(paths: JsonValue): JsonValue {
    const before = this.value;
    if (!Array.isArray(paths)) failPath('delpaths', before, paths);
    if (paths.length === 0) return before;
    const about = (): string => `delpaths(${preview(paths)}) cannot be applied to ${preview(before)}`;
    for (const path of paths as JsonArray) {
      if (!Array.isArray(path)) throw new JqError(`${about()}: expected an array but got: ${previewWithType(path)}`);
      try {
        this.root = this.write(this.root, path as JsonArray, 0, DELETED);
      } catch (error) {
        throw wrapped(error, about());
      }
    }
    const swept = this.sweep(this.root);
    return swept === DELETED ? null : swept;
  }

  private write(at: Slot, path: JsonArray, depth: number, value: Slot): Slot {
    this.run.step();
    if (depth === path.length) return value;
    if (at === DELETED) return DELETED;
    const key = path[depth] ?? null;
    if (typeof key === 'string') {
      if (at !== null && !isJsonObject(at)) failAbout('expected an object but got', at);
      return this.writeKey(at, key, path, depth, value);
    }
    if (isNumber(key) || isJsonObject(key)) {
      if (at !== null && !Array.isArray(at)) failAbout('expected an array but got', at);
      const list = at === null ? undefined : (at as JsonArray);
      if (isNumber(key)) return this.writePlace(list, toIndex(key) ?? 0, path, depth, value);
      return this.writeSlice(list, key, path, depth, value);
    }
    if (Array.isArray(at)) failAbout('expected a number for indexing an array but got', key);
    return failAbout('expected a string for object key but got', key);
  }

  private writeKey(
    at: Readonly<Record<string, JsonValue>> | null,
    key: string,
    path: JsonArray,
    depth: number,
    value: Slot,
  ): Slot {
    const old = at === null ? undefined : getKey(at, key);
    if (old === undefined && value === DELETED) return at;
    const written = this.write(old ?? null, path, depth + 1, value);
    const target: Record<string, JsonValue> = at !== null && this.owned.has(at) ? at : this.own({ ...at });
    setSlot(target, key, written);
    return target;
  }

  private writePlace(at: JsonArray | undefined, place: number, path: JsonArray, depth: number, value: Slot): Slot {
    const length = at?.length ?? 0;
    const index = place < 0 ? place + length : place;
    if (index < 0 || index >= length) {
      if (value === DELETED) return at ?? null;
      if (index < 0) throw new JqError(`array index should not be negative: ${preview(place)}`);
      if (index >= MAX_LIST_LENGTH) tooExpensive(`a list of more than ${MAX_LIST_LENGTH} items`);
    }
    const written = this.write(at?.[index] ?? null, path, depth + 1, value);
    const target = this.ownList(at);
    this.run.make(Math.max(0, index - target.length));
    while (target.length < index) target.push(null);
    target[index] = written;
    return target as JsonArray;
  }

  private writeSlice(
    at: JsonArray | undefined,
    bounds: Readonly<Record<string, JsonValue>>,
    path: JsonArray,
    depth: number,
    value: Slot,
  ): Slot {
    const list = at ?? [];
    const [start, end] = boundsOf(bounds);
    const [from, to] = clampSlice(start, end, list.length, 'an array');
    if (from === to && value === DELETED) return at ?? null;
    const written = this.write(list.slice(from, to), path, depth + 1, value);
    if (written !== DELETED && !Array.isArray(written)) failAbout('expected an array but got', written);
    const target = this.ownList(at);
    if (written === DELETED) target.fill(DELETED, from, to);
    else {
      // An engine takes so many arguments only.
      const rest = target.splice(from);
      for (const list of [written as JsonArray, rest.slice(to - from)]) for (const item of list) target.push(item);
      this.run.make(target.length * ENTRY);
    }
    return target as JsonArray;
  }

  private ownList(at: JsonArray | undefined): Slot[] {
    if (at !== undefined && this.owned.has(at)) return at as Slot[];
    return this.own([...(at ?? [])]);
  }

  private own<Copy extends object>(copy: Copy): Copy {
    this.run.make(Array.isArray(copy) ? copy.length * 2 : Object.keys(copy).length * KEY);
    this.owned.add(copy);
    return copy;
  }

  /** Takes out what is marked. Marks stand only in what this writer copied. */
  private sweep(at: Slot): Slot {
    if (at === DELETED || at === null || typeof at !== 'object' || !this.owned.has(at)) return at;
    if (Array.isArray(at)) {
      this.run.make(at.length * 2 * ENTRY);
      return (at as Slot[]).filter((item) => item !== DELETED).map((item) => this.sweep(item)) as JsonArray;
    }
    const object = at as Record<string, Slot>;
    const swept: Record<string, JsonValue> = {};
    for (const key of Object.keys(object)) {
      this.run.make(KEY);
      const value = this.sweep(object[key] ?? null);
      if (value !== DELETED) setKey(swept, key, value);
    }
    return swept;
  }
}

function setSlot(target: Record<string, JsonValue>, key: string, value: Slot): void {
  setKey(target, key, value as JsonValue);
}

function boundsOf(key: Readonly<Record<string, JsonValue>>): readonly [JsonValue, JsonValue] {
  const [start, end] = [getKey(key, 'start'), getKey(key, 'end')];
  if (start === undefined || end === undefined) failAbout('expected "start" and "end" for slicing but got', key);
  return [start, end];
}

/** The bounds of a slice, within the length: the start cut down, the end rounded up. */
function clampSlice(start: JsonValue, end: JsonValue, length: number, of: string): readonly [number, number] {
  const from = start === null ? 0 : place(start, of);
  const to = end === null ? length : place(typeof end === 'number' ? Math.ceil(end) : end, of);
  const clampedFrom = clamp(from, 0, length);
  return [clampedFrom, clamp(to, clampedFrom, length)];
}

function place(value: JsonValue, of: string): number {
  return toIndex(value) ?? failAbout(`expected a number for indexing ${of} but got`, value);
}

function clamp(place: number, least: number, length: number): number {
  const at = place < 0 ? place + length : place;
  return Math.min(Math.max(at, least), length);
}

function failPath(name: string, value: JsonValue, path: JsonValue): never {
  throw new JqError(`${name}(${preview(path)}) cannot be applied to: ${previewWithType(value)}`);
}

function wrapped(error: unknown, about: string): unknown {
  return error instanceof JqError ? new JqError(`${about}: ${error.message}`) : error;
}
