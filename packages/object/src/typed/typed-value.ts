import type { JsonValue } from '../json-value.ts';
import type { SchemaType } from '../schema/schema.ts';
import { throwViolations, type Violation } from './violations.ts';
import { validateValue } from './validate.ts';

/**
 * A value that fits its type. `value` is undefined for what is not there at all, which null is not. Whether sets and
 * keyed lists may hold the same item twice was decided when it was made.
 */
export interface TypedValue {
  readonly value: JsonValue | undefined;
  readonly type: SchemaType;
  readonly mayHoldDuplicates: boolean;
}

/** How strictly to read a value. */
export interface TypedOptions {
  /** Lets sets and keyed lists hold the same item twice, as live objects may. */
  readonly allowDuplicates?: boolean;
  /** What could not be done when the value does not fit; opens the message. */
  readonly failure?: string;
}

/** The value with its type. Throws SCHEMA_VIOLATION, naming every place, when the value does not fit. */
export function asTyped(value: JsonValue | undefined, type: SchemaType, options: TypedOptions = {}): TypedValue {
  const mayHoldDuplicates = options.allowDuplicates ?? false;
  throwViolations(validateTyped(value, type, options), options.failure ?? 'The value does not fit its schema');
  return { value, type, mayHoldDuplicates };
}

/** Every place where the value does not fit the type. */
export function validateTyped(
  value: JsonValue | undefined,
  type: SchemaType,
  options: TypedOptions = {},
): readonly Violation[] {
  const violations: Violation[] = [];
  validateValue(
    { schema: type.schema, allowDuplicates: options.allowDuplicates ?? false, violations },
    type.ref,
    value,
  );
  return violations;
}

/** The value under the same type, for what is known to fit it already. */
export function withValue(typed: TypedValue, value: JsonValue | undefined): TypedValue {
  return { ...typed, value };
}
