import { atomOf, Schema, type Atom, type SchemaType } from './schema.ts';

/** The name of the type whose lists and maps are single leaves. */
export const UNTYPED_ATOMIC = '__untyped_atomic_';

/** The name of the type that is read off the value: maps are granular, lists single leaves. */
export const UNTYPED_DEDUCED = '__untyped_deduced_';

/** The two types that every schema holds for what it does not describe. */
export const commonTypes: readonly (readonly [string, Atom])[] = [
  [UNTYPED_ATOMIC, untyped(UNTYPED_ATOMIC, 'atomic')],
  [UNTYPED_DEDUCED, untyped(UNTYPED_DEDUCED, 'separable')],
];

/** The type for objects without a schema: deduced from the value alone. */
export const deducedType: SchemaType = {
  schema: new Schema(new Map(commonTypes)),
  ref: { namedType: UNTYPED_DEDUCED },
};

function untyped(mapElements: string, mapRelationship: 'atomic' | 'separable'): Atom {
  return atomOf({
    scalar: 'untyped',
    list: { elementType: { namedType: UNTYPED_ATOMIC }, elementRelationship: 'atomic', keys: [] },
    map: {
      fields: new Map(),
      elementType: { namedType: mapElements },
      elementRelationship: mapRelationship,
    },
  });
}
