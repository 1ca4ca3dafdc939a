import { getPath, isJsonObject, type JsonObject, type JsonValue } from '@capstan/object';

/** The text at a path, or '' where there is none: what people are shown never fails on what is missing. */
export function textAt(value: JsonValue | undefined, ...path: readonly string[]): string {
  const found = getPath(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** The mappings of the list at a path; none where there is no list. */
export function mappingsAt(value: JsonValue | undefined, ...path: readonly string[]): readonly JsonObject[] {
  const found = getPath(value, ...path);
  return Array.isArray(found) ? found.filter((entry: JsonValue): entry is JsonObject => isJsonObject(entry)) : [];
}

/** The number at a path, also one beyond 2^53. */
export function numberAt(value: JsonValue | undefined, ...path: readonly string[]): number | undefined {
  const found = getPath(value, ...path);
  return typeof found === 'number' || typeof found === 'bigint' ? Number(found) : undefined;
}

/** An address without the user and password that may stand in it: they are nobody's to see. */
export function withoutCredentials(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1');
}
