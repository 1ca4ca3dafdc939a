import { CapstanError } from '@capstan/errors';
import { gvkOf, isJsonObject, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import {
  asTyped,
  compareTyped,
  decodeFieldsV1,
  FieldSet,
  FieldSetBuilder,
  mergeTyped,
  removeItems,
  toFieldSet,
  type TypesByKind,
} from '@capstan/object/merge';
import { like } from './normalize.ts';

/**
 * The answer to a dry-run apply without what others than `manager` made of it, such as webhooks: fields that the manager
 * does not own are as they are on the live object. So a mutation that comes again with every write is no difference.
 *
 * Throws DIFF_FAILED where the answer names no fields of the manager or its kind has no type; SCHEMA_VIOLATION where an
 * object does not fit its type.
 */
export function withoutForeignChanges(
  answer: KubernetesObject,
  live: KubernetesObject,
  manager: string,
  types: TypesByKind | undefined,
): KubernetesObject {
  const owned = ownedBy(answer, manager);
  const type = types?.typeOf(gvkOf(answer));
  if (owned.isEmpty || type === undefined) {
    const why = type === undefined ? 'its kind has no type' : `the server's answer names no fields of ${manager}`;
    const name = answer.metadata['name'];
    const what = `${answer.kind} ${typeof name === 'string' ? name : ''}`;
    throw new CapstanError('DIFF_FAILED', `${what}: what webhooks changed cannot be told: ${why}`);
  }
  const predicted = asTyped(bare(answer), type, { allowDuplicates: true });
  const current = asTyped(bare(live), type, { allowDuplicates: true });
  const foreign = withoutOwnedAncestors(toFieldSet(predicted).difference(owned), owned);
  const removed = compareTyped(current, predicted).removed.difference(foreign);
  const own = removeItems(predicted, withoutCompositeKeys(foreign));
  // Merging brings back what the apply removed, so that goes once more.
  const merged = removeItems(mergeTyped(current, own), removed).value;
  return like(isJsonObject(merged) ? merged : {}, answer);
}

/** Of the paths to remove those that nothing owned lies below: removing a path takes along what is under it. */
export function withoutOwnedAncestors(remove: FieldSet, owned: FieldSet): FieldSet {
  if (owned.isEmpty) return remove;
  const builder = new FieldSetBuilder();
  for (const { element, member, children } of remove.entries()) {
    const below = owned.below(element);
    if (member && below.isEmpty) builder.add(element);
    if (children !== undefined) builder.graft(element, withoutOwnedAncestors(children, below));
  }
  return builder.build();
}

/** Without key fields of list items that several fields identify: an item without one of them is another item. */
function withoutCompositeKeys(set: FieldSet, names: ReadonlySet<string> = new Set()): FieldSet {
  const builder = new FieldSetBuilder();
  for (const { element, member, children } of set.entries()) {
    if (member && !(element.kind === 'field' && names.has(element.name))) builder.add(element);
    if (children === undefined) continue;
    const isComposite = element.kind === 'key' && element.fields.length > 1;
    const inside = isComposite ? new Set([...names, ...element.fields.map(({ name }) => name)]) : names;
    builder.graft(element, withoutCompositeKeys(children, inside));
  }
  return builder.build();
}

function ownedBy(object: KubernetesObject, manager: string): FieldSet {
  const list = object.metadata['managedFields'];
  if (!Array.isArray(list)) return FieldSet.empty;
  return (list as readonly JsonValue[]).reduce<FieldSet>((set, entry) => {
    if (!isJsonObject(entry) || entry['manager'] !== manager) return set;
    return set.union(decodeFieldsV1(entry['fieldsV1'] ?? {}));
  }, FieldSet.empty);
}

function bare(object: KubernetesObject): JsonObject {
  const { managedFields: _managed, ...metadata } = object.metadata;
  return { ...object, metadata };
}
