import { CapstanError } from '@capstan/errors';
import { FieldSet, type FieldSetEntry } from '../fieldpath/field-set.ts';
import { defaultShape, fieldType, type MapType, type Schema, type SchemaType, type TypeRef } from '../schema/schema.ts';
import { UNTYPED_DEDUCED } from '../schema/deduced.ts';

const remembered = new WeakMap<TypeRef, WeakMap<FieldSet, FieldSet>>();

/**
 * A field set written under an older schema, brought to this one: where a list or map has become atomic since, whoever
 * owned something in it owns it whole. The other way round nothing changes. Gives the set itself when there is nothing
 * to do; throws SCHEMA_VIOLATION where the schema lacks a type.
 */
export function reconcileFieldSet(set: FieldSet, type: SchemaType): FieldSet {
  let known = remembered.get(type.ref);
  if (known === undefined) remembered.set(type.ref, (known = new WeakMap<FieldSet, FieldSet>()));
  let reconciled = known.get(set);
  if (reconciled === undefined) {
    const result = reconcile(type.schema, type.ref, set);
    known.set(set, (reconciled = result === 'atomic' ? FieldSet.empty : result));
  }
  return reconciled;
}

// `atomic`: the value is a leaf now, so what lies below it has no owners of its own.
function reconcile(schema: Schema, ref: TypeRef, set: FieldSet): FieldSet | 'atomic' {
  const atom = schema.resolve(ref);
  const shape = atom && defaultShape(atom);
  if (atom === undefined || shape === undefined) {
    const name = ref.namedType ?? 'inlined';
    throw new CapstanError('SCHEMA_VIOLATION', `A field set cannot be reconciled: the schema has no type for ${name}.`);
  }
  if (shape === 'map' && atom.map !== undefined) {
    const map = atom.map;
    if (isUntypedDeduced(map)) return set;
    if (map.elementRelationship === 'atomic') return set.isEmpty ? set : 'atomic';
    return reconcileEach(schema, set, ({ element }) =>
      element.kind === 'field' ? fieldType(map, element.name) : map.elementType,
    );
  }
  if (shape === 'list' && atom.list !== undefined) {
    const list = atom.list;
    if (list.elementRelationship === 'atomic') return 'atomic';
    return reconcileEach(schema, set, () => list.elementType);
  }
  return set;
}

function reconcileEach(schema: Schema, set: FieldSet, typeOf: (entry: FieldSetEntry) => TypeRef | undefined): FieldSet {
  let out: Map<string, FieldSetEntry> | undefined;
  for (const entry of set.entries()) {
    const ref = typeOf(entry);
    if (ref === undefined || entry.children === undefined) continue;
    const below = reconcile(schema, ref, entry.children);
    if (below === entry.children) continue;
    out ??= new Map([...set.entries()].map((each) => [each.element.text, each]));
    const { element, member } = entry;
    out.set(
      element.text,
      below === 'atomic' ? { element, member: true, children: undefined } : { element, member, children: below },
    );
  }
  return out === undefined ? set : new FieldSet(out);
}

// Types read off the value have no relationships that could change.
function isUntypedDeduced(map: MapType): boolean {
  if (map.fields.size > 0 || map.elementType === undefined) return false;
  if (map.elementType.namedType !== undefined) return map.elementType.namedType === UNTYPED_DEDUCED;
  return map.elementType.inlined?.scalar === 'untyped';
}
