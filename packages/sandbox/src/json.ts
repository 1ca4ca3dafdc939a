import { encodeJson, parseJson, type JsonValue } from '@capstan/object';

/** JSON text of a value on one line. The engine's own printer where it can; it cannot print int64. */
export function formatJson(value: JsonValue): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof TypeError) return encodeJson(value, { escapeHtml: false });
    throw error;
  }
}

export { parseJson };
