import { deepClone } from '../json/deep-clone.ts';
import { deepEqual } from '../json/deep-equal.ts';
import { encodeJson } from '../json/encode-json.ts';
import { getKey, isJsonObject, setKey, type JsonObject, type JsonValue } from '../json-value.ts';
import { patchInvalid } from './patch-invalid.ts';

/** Most operations of one patch, as the API server has it. */
export const MAX_JSON_PATCH_OPERATIONS = 10_000;
/** Most bytes of JSON that the copy operations of one patch may add up to, as the API server has it. */
export const MAX_JSON_PATCH_COPIED_BYTES = 3 * 1024 * 1024;

type Container = JsonValue[] | Record<string, JsonValue>;

/**
 * Applies a JSON patch (RFC 6902) as the API server and kustomize do, which use evanphx/json-patch v4: `replace` of a
 * key that is absent adds it, a value that is left out is null, indexes may be negative, `copy` of an absent key copies
 * null. The document is left as it is. Throws PATCH_INVALID.
 */
export function applyJsonPatch(document: JsonValue, patch: JsonValue): JsonValue {
  if (!Array.isArray(patch)) throw patchInvalid('a JSON patch is a list of operations');
  if (patch.length > MAX_JSON_PATCH_OPERATIONS) {
    throw patchInvalid(`the patch has ${patch.length} operations, more than ${MAX_JSON_PATCH_OPERATIONS}`);
  }
  const state: State = { root: deepClone(document), copied: 0 };
  (patch as readonly JsonValue[]).forEach((operation, index) => {
    if (!isJsonObject(operation)) throw patchInvalid(`operation ${index} of the patch is no mapping`);
    applyOperation(state, operation);
  });
  return state.root;
}

interface State {
  root: JsonValue;
  copied: number;
}

function applyOperation(state: State, operation: JsonObject): void {
  const kind = getKey(operation, 'op');
  switch (kind) {
    case 'add':
      return add(state, pathOf(operation, 'path', kind), deepClone(getKey(operation, 'value') ?? null), kind);
    case 'remove':
      return remove(state, pathOf(operation, 'path', kind), kind);
    case 'replace':
      return replace(state, pathOf(operation, 'path', kind), deepClone(getKey(operation, 'value') ?? null));
    case 'move':
      return move(state, pathOf(operation, 'from', kind), pathOf(operation, 'path', kind));
    case 'copy':
      return copy(state, pathOf(operation, 'from', kind), pathOf(operation, 'path', kind));
    case 'test':
      return test(state, pathOf(operation, 'path', kind), getKey(operation, 'value') ?? null);
    default:
      throw patchInvalid(`Unexpected kind: ${typeof kind === 'string' ? kind : 'unknown'}`);
  }
}

function pathOf(operation: JsonObject, key: 'path' | 'from', kind: string): string {
  const path = getKey(operation, key);
  if (typeof path === 'string') return path;
  throw patchInvalid(`${kind} operation failed to decode ${key}: operation missing ${key} field: missing value`);
}

function add(state: State, path: string, value: JsonValue, kind: string): void {
  const [container, key] = findIn(state, path, kind);
  if (!Array.isArray(container)) return setKey(container, key, value);
  if (key === '-') container.push(value);
  else container.splice(indexIn(key, container.length + 1, path, kind), 0, value);
}

function remove(state: State, path: string, kind: string): void {
  const [container, key] = findIn(state, path, kind);
  if (Array.isArray(container)) {
    container.splice(indexIn(key, container.length, path, kind), 1);
  } else {
    if (!Object.hasOwn(container, key)) {
      throw patchInvalid(
        `error in ${kind} for path: '${path}': Unable to remove nonexistent key: ${key}: missing value`,
      );
    }
    delete container[key];
  }
}

function replace(state: State, path: string, value: JsonValue): void {
  if (path === '') {
    if (typeof value !== 'object' || value === null)
      throw patchInvalid('replace operation value must be object or array');
    state.root = value;
    return;
  }
  const [container, key] = findIn(state, path, 'replace');
  if (Array.isArray(container)) container[indexIn(key, container.length, path, 'replace')] = value;
  else setKey(container, key, value);
}

function move(state: State, from: string, path: string): void {
  const value = read(state, from, 'move');
  remove(state, from, 'move');
  add(state, path, value, 'move');
}

function copy(state: State, from: string, path: string): void {
  const value = read(state, from, 'copy');
  state.copied += encodeJson(value, { escapeHtml: false }).length;
  if (state.copied > MAX_JSON_PATCH_COPIED_BYTES) {
    throw patchInvalid(
      `Unable to complete the copy, the accumulated size increase of copy is ${state.copied}, ` +
        `exceeding the limit ${MAX_JSON_PATCH_COPIED_BYTES}`,
    );
  }
  add(state, path, deepClone(value), 'copy');
}

function test(state: State, path: string, expected: JsonValue): void {
  const actual = path === '' ? state.root : read(state, path, 'test');
  if (!deepEqual(actual, expected)) throw patchInvalid(`testing value ${path} failed: test failed`);
}

/** The value at a path; null where a mapping has no such key. */
function read(state: State, path: string, kind: string): JsonValue {
  const [container, key] = findIn(state, path, kind);
  if (!Array.isArray(container)) return getKey(container, key) ?? null;
  return container[indexIn(key, container.length, path, kind)] ?? null;
}

/** The container that holds what a path names, and the key there. As upstream, what precedes the first slash is ignored. */
function findIn(state: State, path: string, kind: string): readonly [Container, string] {
  const steps = path.split('/').slice(1).map(unescape);
  const key = steps.pop();
  let at = state.root;
  for (const step of steps) {
    const index = Array.isArray(at) ? indexOf(step, at.length) : undefined;
    if (Array.isArray(at)) at = index === undefined ? null : ((at as readonly JsonValue[])[index] ?? null);
    else at = isJsonObject(at) ? (getKey(at, step) ?? null) : null;
  }
  if (key === undefined || typeof at !== 'object' || at === null) {
    throw patchInvalid(`${kind} operation does not apply: doc is missing path: "${path}": missing value`);
  }
  return [at as Container, key];
}

function unescape(step: string): string {
  return step.replaceAll(/~[01]/g, (escape) => (escape === '~1' ? '/' : '~'));
}

function indexOf(key: string, length: number): number | undefined {
  if (!/^[+-]?\d{1,15}$/.test(key)) return undefined;
  const index = Number(key);
  if (index >= length || index < -length) return undefined;
  return index < 0 ? index + length : index;
}

function indexIn(key: string, length: number, path: string, kind: string): number {
  const index = indexOf(key, length);
  if (index !== undefined) return index;
  throw patchInvalid(
    `error in ${kind} for path: '${path}': Unable to access invalid index: ${key}: invalid index referenced`,
  );
}
