import {
  deepEqual,
  getKey,
  isJsonObject,
  setKey,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
} from '@capstan/object';
import { parsePathElement } from '@capstan/object/merge';
import { like } from '../normalize.ts';

/** An object as Git has it, as it is, and as an apply of what Git has would make it. */
export interface DriftedObject {
  readonly desired: KubernetesObject;
  /** With the ownership that holds at the time of the apply: after a takeover, where there is one. */
  readonly live: KubernetesObject;
  readonly predicted: KubernetesObject;
}

/**
 * The desired object, changed where a pointer names a field that an apply would change: a field that another manager
 * has applied is left out, so that it stays theirs; else the live value stands in for Git's, so that whoever updated it
 * is not undone. The object itself where nothing that is pointed at would change. Source of the rule: fluxcd/pkg/ssa.
 */
export function keepDrifted(
  { desired, live, predicted }: DriftedObject,
  pointers: readonly string[],
  manager: string,
): KubernetesObject {
  let kept: JsonValue = desired;
  for (const pointer of pointers) {
    const steps = stepsOf(pointer);
    if (steps.length === 0) continue;
    const current = valueAt(live, steps);
    if (isSame(current, valueAt(predicted, steps))) continue;
    const isTheirs = isAppliedByOther(live, steps, manager);
    kept = isTheirs || current === undefined ? without(kept, steps) : withValue(kept, steps, current);
  }
  return kept === desired ? desired : like(isJsonObject(kept) ? kept : {}, desired);
}

function isSame(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  return left === undefined || right === undefined ? left === right : deepEqual(left, right);
}

/** The steps of a JSON pointer (RFC 6901); none for what is no pointer into an object. */
function stepsOf(pointer: string): readonly string[] {
  if (!pointer.startsWith('/')) return [];
  const unescaped = (step: string): string => step.replaceAll('~1', '/').replaceAll('~0', '~');
  return pointer.split('/').slice(1).map(unescaped);
}

function valueAt(value: JsonValue | undefined, steps: readonly string[]): JsonValue | undefined {
  return steps.reduce<JsonValue | undefined>((at, step) => memberOf(at, step), value);
}

function memberOf(value: JsonValue | undefined, step: string): JsonValue | undefined {
  if (Array.isArray(value)) return (value as readonly JsonValue[])[indexOf(step)];
  return isJsonObject(value) ? getKey(value, step) : undefined;
}

function indexOf(step: string): number {
  return /^(?:0|[1-9][0-9]{0,8})$/.test(step) ? Number(step) : -1;
}

function without(value: JsonValue, steps: readonly string[]): JsonValue {
  const [step = '', ...rest] = steps;
  const member = memberOf(value, step);
  if (member === undefined) return value;
  if (rest.length > 0) return replaced(value, step, without(member, rest));
  if (Array.isArray(value)) return (value as readonly JsonValue[]).filter((_, index) => index !== indexOf(step));
  const { [step]: _removed, ...kept } = value as JsonObject;
  return kept;
}

/** A value put in, with the mappings on the way to it; where a list on the way has no such item nothing is changed. */
function withValue(value: JsonValue, steps: readonly string[], put: JsonValue): JsonValue {
  const [step, ...rest] = steps;
  if (step === undefined) return put;
  const member = memberOf(value, step);
  if (member === undefined && !isJsonObject(value)) return value;
  return replaced(value, step, withValue(member ?? {}, rest, put));
}

function replaced(value: JsonValue, step: string, member: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).with(indexOf(step), member);
  const copy: Record<string, JsonValue> = { ...(value as JsonObject) };
  setKey(copy, step, member);
  return copy;
}

/** Whether a manager other than ours has applied a field, or something in it; updates make nobody its owner here. */
function isAppliedByOther(live: KubernetesObject, steps: readonly string[], manager: string): boolean {
  const entries = live.metadata['managedFields'];
  if (!Array.isArray(entries)) return false;
  const applied = (entries as readonly JsonValue[]).filter(
    (entry): entry is JsonObject =>
      isJsonObject(entry) && entry['operation'] === 'Apply' && (entry['subresource'] ?? '') === '',
  );
  return applied.some((entry) => entry['manager'] !== manager && holds(entry['fieldsV1'], live, steps));
}

/** Whether a FieldsV1 names a field; items of lists are found there by their keys. */
function holds(fields: JsonValue | undefined, value: JsonValue | undefined, steps: readonly string[]): boolean {
  const [step, ...rest] = steps;
  if (step === undefined) return true;
  if (!isJsonObject(fields)) return false;
  const member = memberOf(value, step);
  if (!Array.isArray(value)) {
    const below = getKey(fields, `f:${step}`);
    return below !== undefined && holds(below, member, rest);
  }
  const key = Object.keys(fields).find((text) => isKeyOf(text, member));
  return key !== undefined && holds(getKey(fields, key), member, rest);
}

function isKeyOf(text: string, item: JsonValue | undefined): boolean {
  const element = parsePathElement(text);
  return (
    element?.kind === 'key' &&
    isJsonObject(item) &&
    element.fields.every(({ name, value }) => isSame(getKey(item, name), value))
  );
}
