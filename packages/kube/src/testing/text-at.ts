import { getPath, type JsonValue } from '@capstan/object';

/** The text at a path of a value; '' where there is none. */
export function textAt(value: JsonValue | undefined, ...path: readonly string[]): string {
  const found = getPath(value, ...path);
  return typeof found === 'string' ? found : '';
}
