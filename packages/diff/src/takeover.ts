import {
  getPath,
  isJsonObject,
  type JsonArray,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
} from '@capstan/object';
import { decodeFieldsV1, encodeFieldsV1 } from '@capstan/object/merge';

/** Managers whose fields are taken over before an apply: those whose name begins with `prefix`, for one operation. */
export interface TakenManager {
  readonly prefix: string;
  readonly operation: 'Apply' | 'Update';
}

/** What an apply takes over from others, so that what Git does not have goes away. */
export interface Takeover {
  readonly manager: string;
  readonly from: readonly TakenManager[];
  readonly dropAnnotations: readonly string[];
  readonly dropLabels: readonly string[];
}

/** A takeover that is needed: the JSON patch that makes it, and the object as it will be. */
export interface PlannedTakeover {
  readonly operations: JsonArray;
  readonly object: KubernetesObject;
}

interface Entry extends JsonObject {
  readonly manager: string;
  readonly operation: string;
}

/**
 * What a takeover changes on a live object; undefined where there is nothing to take. The fields of all matching
 * managers become those of `manager` under Apply, in one entry at the end; status entries stay with their managers.
 */
export function planTakeover(live: KubernetesObject, takeover: Takeover): PlannedTakeover | undefined {
  const operations: JsonValue[] = [];
  let metadata: JsonObject = live.metadata;
  for (const [field, keys] of [
    ['annotations', takeover.dropAnnotations],
    ['labels', takeover.dropLabels],
  ] as const) {
    const dropped = keys.filter((key) => getPath(metadata, field, key) !== undefined);
    if (dropped.length === 0) continue;
    for (const key of dropped)
      operations.push({ op: 'remove', path: `/metadata/${field}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}` });
    const before = metadata[field];
    const kept = Object.entries(isJsonObject(before) ? before : {}).filter(([key]) => !dropped.includes(key));
    metadata = { ...metadata, [field]: Object.fromEntries(kept) };
  }
  const managedFields = takeManagers(live, takeover);
  if (managedFields !== undefined) {
    operations.push({ op: 'replace', path: '/metadata/managedFields', value: managedFields });
    metadata = { ...metadata, managedFields };
  }
  return operations.length === 0 ? undefined : { operations, object: { ...live, metadata } };
}

/** Whether a manager owns fields of a live object by writing it (Update), not by applying it (Apply). */
export function ownsByUpdate(live: KubernetesObject | undefined, manager: string): boolean {
  if (live === undefined || manager === '') return false;
  return entriesOf(live).some((entry) => entry.manager === manager && entry.operation === 'Update');
}

function takeManagers(live: KubernetesObject, takeover: Takeover): JsonArray | undefined {
  const entries = entriesOf(live);
  const own = entries.find(
    (entry) => entry.manager === takeover.manager && entry.operation === 'Apply' && entry['subresource'] === undefined,
  );
  const taken = entries.filter((entry) => entry !== own && isTaken(entry, takeover.from));
  const [first] = taken;
  if (first === undefined) return undefined;
  const base: JsonObject = own ?? { ...first, manager: takeover.manager, operation: 'Apply' };
  const union = taken.reduce(
    (set, entry) => set.union(decodeFieldsV1(entry['fieldsV1'] ?? {})),
    decodeFieldsV1(base['fieldsV1'] ?? {}),
  );
  const rest = entries.filter((entry) => entry !== own && !taken.includes(entry));
  return [...rest, { ...base, fieldsV1: encodeFieldsV1(union) }];
}

function isTaken(entry: Entry, from: readonly TakenManager[]): boolean {
  if (entry['subresource'] !== undefined && entry['subresource'] !== '') return false;
  return from.some(({ prefix, operation }) => entry.operation === operation && entry.manager.startsWith(prefix));
}

function entriesOf(object: KubernetesObject): readonly Entry[] {
  const list = object.metadata['managedFields'];
  return Array.isArray(list) ? list.filter(isEntry) : [];
}

function isEntry(value: JsonValue): value is Entry {
  return isJsonObject(value) && typeof value['manager'] === 'string' && typeof value['operation'] === 'string';
}
