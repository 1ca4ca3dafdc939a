import type { JsonValue } from '@capstan/object';

/** JSON text of a value. */
export function formatJson(value: JsonValue): string {
  return JSON.stringify(value);
}

/** The value of JSON text. */
export function parseJson(text: string): JsonValue {
  return JSON.parse(text) as JsonValue;
}
