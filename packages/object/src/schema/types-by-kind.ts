import type { GroupVersionKind } from '../kubernetes-object.ts';
import { deducedType } from './deduced.ts';
import type { SchemaType } from './schema.ts';

/** Finds the type of a kind; undefined when the kind is not known. */
export interface TypesByKind {
  typeOf(gvk: GroupVersionKind): SchemaType | undefined;
}

/** Gives every kind the type that is deduced from the value: for objects without a schema. */
export const deducedTypes: TypesByKind = { typeOf: () => deducedType };

/** Asks each source in turn. */
export function firstOf(...sources: readonly TypesByKind[]): TypesByKind {
  return {
    typeOf(gvk) {
      for (const source of sources) {
        const type = source.typeOf(gvk);
        if (type !== undefined) return type;
      }
      return undefined;
    },
  };
}

/** One string for a kind in a version, fit for Map keys. */
export function gvkKey(gvk: GroupVersionKind): string {
  return `${gvk.group}/${gvk.version}/${gvk.kind}`;
}
