import { compareUtf8, type JsonObject, type JsonValue } from '@capstan/object';
import { inStatusOrder, type Comparison, type ManagedObject } from './compare/comparison.ts';

/** A condition to be shown. */
export interface StatusCondition {
  readonly type: string;
  readonly message: string;
}

/** `status.resources`: in order of group, kind, namespace and name. */
export function resourceList(comparison: Comparison): JsonValue {
  const list = [...comparison.managed].sort(inStatusOrder).map(resourceEntry);
  return list.length === 0 ? null : list;
}

function resourceEntry(object: ManagedObject): JsonObject {
  const { ref, hook, requiresPruning, sync, wave } = object;
  return {
    ...(ref.group === '' ? {} : { group: ref.group }),
    ...(hook ? { hook } : {}),
    kind: ref.kind,
    name: ref.name,
    ...(ref.namespace === '' ? {} : { namespace: ref.namespace }),
    ...(object.requiresDeletionConfirmation === true ? { requiresDeletionConfirmation: true } : {}),
    ...(requiresPruning ? { requiresPruning } : {}),
    ...(sync === undefined ? {} : { status: sync }),
    ...(wave === 0 ? {} : { syncWave: wave }),
    version: ref.version,
  };
}

/**
 * The conditions of a status with those of some types replaced. A condition that says the same keeps its time; order is
 * by type, then by what is said, as Argo CD sorts them.
 */
export function replaceConditions(
  before: readonly (StatusCondition & { readonly lastTransitionTime?: string | undefined })[],
  types: readonly string[],
  found: readonly StatusCondition[],
  now: string,
): JsonValue {
  const kept = before.filter((entry) => !types.includes(entry.type));
  const set = found.map((entry) => {
    const same = before.find((other) => other.type === entry.type && other.message === entry.message);
    return { ...entry, lastTransitionTime: same?.lastTransitionTime ?? now };
  });
  const all = [...kept, ...set].map(({ type, message, lastTransitionTime }) => ({
    lastTransitionTime: lastTransitionTime ?? now,
    message,
    type,
  }));
  all.sort(inConditionOrder);
  return all.length === 0 ? null : all;
}

/** The order in which Argo CD lists conditions: by type, then by message. */
export function inConditionOrder(left: StatusCondition, right: StatusCondition): number {
  return compareUtf8(`${left.type}/${left.message}`, `${right.type}/${right.message}`);
}

/** Conditions as an operation quotes them. */
export function conditionsText(conditions: readonly StatusCondition[]): string {
  return [...conditions]
    .sort(inConditionOrder)
    .map(({ type, message }) => `${type}: ${message}`)
    .join(';');
}
