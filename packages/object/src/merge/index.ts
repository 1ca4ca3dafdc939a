export { deducedType, UNTYPED_ATOMIC, UNTYPED_DEDUCED } from '../schema/deduced.ts';
export { parseSchema } from '../schema/parse-schema.ts';
export {
  atomOf,
  inlinedRef,
  Schema,
  type Atom,
  type ElementRelationship,
  type ListType,
  type MapType,
  type ScalarKind,
  type SchemaType,
  type StructField,
  type TypeRef,
} from '../schema/schema.ts';
export { FieldSet, FieldSetBuilder, type FieldSetEntry } from '../fieldpath/field-set.ts';
export { decodeFieldsV1, encodeFieldsV1, fieldsV1Text } from '../fieldpath/fields-v1.ts';
export { anyElement, filterSet, type FieldFilter, type PathPattern } from '../fieldpath/filter.ts';
export { ensureNamedFieldsAreMembers } from '../fieldpath/named-fields.ts';
export {
  compareElements,
  fieldElement,
  formatElement,
  formatPath,
  indexElement,
  keyElementOf,
  parsePathElement,
  valueElement,
  type KeyField,
  type Path,
  type PathElement,
} from '../fieldpath/path-element.ts';
export { compareValues, valuesEqual } from '../fieldpath/value-order.ts';
export { compareTyped, isSame, type Comparison } from '../typed/compare-values.ts';
export { mergeTyped } from '../typed/merge-values.ts';
export { reconcileFieldSet } from '../typed/reconcile-field-set.ts';
export { extractItems, removeItems, type ExtractOptions } from '../typed/remove-items.ts';
export { toFieldSet } from '../typed/to-field-set.ts';
export { asTyped, validateTyped, type TypedOptions, type TypedValue } from '../typed/typed-value.ts';
export type { Violation } from '../typed/violations.ts';
export { conflictsByManager, conflictSet, formatConflicts, type Conflict } from './conflict.ts';
export {
  applyConfig,
  updateManagers,
  type ApplyOutcome,
  type ApplyRequest,
  type Converter,
  type Managers,
  type UpdateRequest,
  type UpdaterOptions,
  type VersionedSet,
} from './updater.ts';
