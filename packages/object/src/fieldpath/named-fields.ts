import { fieldType, type Schema, type TypeRef } from '../schema/schema.ts';
import { FieldSet, type FieldSetEntry } from './field-set.ts';

const remembered = new WeakMap<TypeRef, WeakMap<FieldSet, FieldSet>>();

/**
 * The set with every struct field on the way to a member made a member too: sets leave these out, as they come and go
 * with what is below them. Map keys stay as they are.
 */
export function ensureNamedFieldsAreMembers(set: FieldSet, schema: Schema, ref: TypeRef | undefined): FieldSet {
  if (ref === undefined) return set;
  let known = remembered.get(ref);
  if (known === undefined) remembered.set(ref, (known = new WeakMap<FieldSet, FieldSet>()));
  let ensured = known.get(set);
  if (ensured === undefined) known.set(set, (ensured = ensure(set, schema, ref)));
  return ensured;
}

function ensure(set: FieldSet, schema: Schema, ref: TypeRef | undefined): FieldSet {
  if (set.isEmpty || ref === undefined) return set;
  const atom = schema.resolve(ref);
  const out = new Map<string, FieldSetEntry>();
  for (const entry of set.entries()) {
    const { element, children } = entry;
    if (children === undefined) {
      out.set(element.text, entry);
      continue;
    }
    let member = entry.member;
    let below: TypeRef | undefined;
    if (element.kind === 'field' && atom?.map !== undefined) {
      member ||= atom.map.fields.has(element.name);
      below = fieldType(atom.map, element.name);
    } else if (element.kind === 'key') {
      below = atom?.list?.elementType;
    }
    out.set(element.text, { element, member, children: ensure(children, schema, below) });
  }
  return new FieldSet(out);
}
