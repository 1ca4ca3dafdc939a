export { deducedType, UNTYPED_ATOMIC, UNTYPED_DEDUCED } from '../schema/deduced.ts';
export { fromCrd } from '../schema/from-crd.ts';
export { fromOpenApi, type OpenApiTypes } from '../schema/from-open-api.ts';
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
export { deducedTypes, firstOf, gvkKey, type TypesByKind } from '../schema/types-by-kind.ts';
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
export { describeConflicts, type ApplyConflict, type ApplyConflicts } from './apply-conflict.ts';
export { applyServerSide, type ServerSideApplied, type ServerSideApply } from './apply-server-side.ts';
export { capUpdateManagers, MAX_UPDATE_MANAGERS } from './cap-managers.ts';
export { conflictsByManager, conflictSet, formatConflicts, type Conflict } from './conflict.ts';
export { fieldsLastApplied, KUBECTL_MANAGER, LAST_APPLIED_ANNOTATION } from './last-applied.ts';
export {
  decodeManagedFields,
  encodeManagedFields,
  identifierOf,
  recordedTime,
  type ManagedFields,
  type ManagerIdentity,
  type ManagerRecord,
  type Operation,
} from './managed-entries.ts';
export type { ObjectConverter, OwnershipRules } from './owned-object.ts';
export { recordUpdate, type UpdateRecord, type UpdateRecording } from './record-update.ts';
export { resetFieldsOf, type WrittenResource } from './reset-fields.ts';
export { parentEntries, scaleEntries, type ReplicasPaths } from './scale-entries.ts';
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
