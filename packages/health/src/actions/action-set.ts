import { CapstanError } from '@capstan/errors';
import {
  getKey,
  getPath,
  isJsonObject,
  setKey,
  type JsonArray,
  type JsonObject,
  type JsonValue,
} from '@capstan/object';

/** An action that can be run on an object. */
export interface ResourceAction {
  readonly name: string;
  /** Offered, but not to be run now. */
  readonly disabled?: boolean;
  readonly displayName?: string;
  readonly iconClass?: string;
  readonly params?: readonly { readonly name: string }[];
}

/** What an action wants done: patch the object to this state, or create another one. */
export interface ActionOperation {
  readonly operation: 'patch' | 'create';
  readonly resource: JsonObject;
}

/** What an action is run with. */
export interface ActionInput {
  readonly parameters: Readonly<Record<string, string>>;
  readonly now: Date;
}

/** One action: the changed object, or a list of operations. @throws CapstanError ACTION_FAILED */
export type RunAction = (object: JsonObject, input: ActionInput) => JsonObject | readonly ActionOperation[];

/** The actions of a kind. */
export interface ActionSet {
  /** Which actions an object has in its present state. */
  readonly discover: (object: JsonObject) => readonly ResourceAction[];
  readonly actions: Readonly<Record<string, RunAction>>;
}

/** @throws CapstanError ACTION_FAILED */
export function failAction(problem: string): never {
  throw new CapstanError('ACTION_FAILED', problem);
}

/** Whether a value counts as set and true: all but absent, null and false, as in the language of the scripts. */
export function isSet(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null && value !== false;
}

/** The list at a path; empty where there is none. */
export function listAt(object: JsonObject, ...path: readonly string[]): JsonArray {
  const value = getPath(object, ...path);
  return Array.isArray(value) ? (value as JsonArray) : [];
}

/** The object with a value at a path, whose mappings are made where they are missing; undefined takes the key away. */
export function withAt(object: JsonObject, path: readonly string[], value: JsonValue | undefined): JsonObject {
  const [key, ...rest] = path;
  if (key === undefined) return object;
  const changed: Record<string, JsonValue> = { ...object };
  if (rest.length > 0) {
    const inner = getKey(object, key);
    if (!isJsonObject(inner) && value === undefined) return object;
    setKey(changed, key, withAt(isJsonObject(inner) ? inner : {}, rest, value));
  } else if (value === undefined) {
    delete changed[key];
  } else {
    setKey(changed, key, value);
  }
  return changed;
}

/** The object with an annotation set, or taken away. */
export function withAnnotation(object: JsonObject, name: string, value: string | undefined): JsonObject {
  return withAt(object, ['metadata', 'annotations', name], value);
}

/** An action that sets the value at a path. */
export function setting(path: readonly string[], value: JsonValue): RunAction {
  return (object) => withAt(object, path, value);
}

/** An action that sets an annotation. */
export function annotating(name: string, value: string): RunAction {
  return (object) => withAnnotation(object, name, value);
}

/** An action that sets an annotation to the time. */
export function annotatingTime(name: string, write: (now: Date) => string = timestamp): RunAction {
  return (object, { now }) => withAnnotation(object, name, write(now));
}

/** Takes `suspend` back where it is set. */
export const resume: RunAction = (object) =>
  isSet(getPath(object, 'spec', 'suspend')) ? withAt(object, ['spec', 'suspend'], false) : object;

/** Sets `suspend`. */
export const suspend: RunAction = setting(['spec', 'suspend'], true);

/** A time to the second, as Kubernetes writes it. */
export function timestamp(now: Date): string {
  return `${now.toISOString().slice(0, 19)}Z`;
}

/** Year to minute without separators, for names. */
export function compactTime(now: Date): string {
  return now.toISOString().slice(0, 16).replace(/[-T:]/g, '');
}

/** A whole or decimal number as the scripts read one; undefined for what is none. */
export function numberIn(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? '';
  return /^[-+]?(?:[0-9]+|[0-9]*\.[0-9]+|[0-9]+\.|0[xX][0-9a-fA-F]+)$/.test(trimmed) ? Number(trimmed) : undefined;
}

/** An owner reference to an object. */
export function ownerReference(object: JsonObject, more: JsonObject = {}): JsonObject {
  const reference: Record<string, JsonValue> = {};
  for (const [key, ...path] of [
    ['apiVersion', 'apiVersion'],
    ['kind', 'kind'],
    ['name', 'metadata', 'name'],
    ['uid', 'metadata', 'uid'],
  ] as const) {
    const value = getPath(object, ...path);
    if (value !== undefined && value !== null) reference[key] = value;
  }
  return { ...reference, ...more };
}
