import type { JsonValue } from '@capstan/object';
import type { FieldError as StatusFieldError } from '../registry/api-status-error.ts';

/** What is wrong with a field, as kube-apiserver sorts it. */
export type FieldErrorType = 'Required' | 'Invalid' | 'NotSupported' | 'Duplicate' | 'Forbidden' | 'NotFound';

/** A field that validation refuses. `value` is what stood there, where the message shows it. */
export interface FieldError {
  readonly type: FieldErrorType;
  readonly field: string;
  readonly value?: JsonValue;
  readonly detail: string;
}

const TITLES: Readonly<Record<FieldErrorType, string>> = {
  Required: 'Required value',
  Invalid: 'Invalid value',
  NotSupported: 'Unsupported value',
  Duplicate: 'Duplicate value',
  Forbidden: 'Forbidden',
  NotFound: 'Not found',
};

/** A field error as a Status cause: `Invalid value: 99999: must be between 1 and 65535, inclusive`. */
export function toStatusCause(error: FieldError): StatusFieldError {
  const value = error.value === undefined ? '' : `: ${JSON.stringify(error.value, bigintsAsNumbers)}`;
  const detail = error.detail === '' ? '' : `: ${error.detail}`;
  return {
    reason: `FieldValue${error.type}`,
    field: error.field,
    message: `${TITLES[error.type]}${value}${detail}`,
  };
}

function bigintsAsNumbers(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}

/** Collects what is wrong with an object. */
export class Problems {
  readonly errors: FieldError[] = [];

  required(field: string, detail = ''): void {
    this.errors.push({ type: 'Required', field, detail });
  }

  invalid(field: string, value: JsonValue | undefined, detail: string): void {
    this.errors.push({ type: 'Invalid', field, value: value ?? null, detail });
  }

  unsupported(field: string, value: JsonValue | undefined, supported: readonly string[]): void {
    const list = supported.map((each) => JSON.stringify(each)).join(', ');
    this.errors.push({ type: 'NotSupported', field, value: value ?? '', detail: `supported values: ${list}` });
  }

  duplicate(field: string, value: JsonValue): void {
    this.errors.push({ type: 'Duplicate', field, value, detail: '' });
  }

  forbidden(field: string, detail: string): void {
    this.errors.push({ type: 'Forbidden', field, detail });
  }

  notFound(field: string, value: JsonValue): void {
    this.errors.push({ type: 'NotFound', field, value, detail: '' });
  }

  /** Refuses a number below zero. */
  notNegative(field: string, value: JsonValue | undefined): void {
    if (typeof value === 'number' && value < 0) this.invalid(field, value, 'must be greater than or equal to 0');
  }

  /** Refuses a text that is none of these. */
  oneOf(field: string, value: JsonValue | undefined, supported: readonly string[]): void {
    if (typeof value === 'string' && !supported.includes(value)) this.unsupported(field, value, supported);
  }
}
