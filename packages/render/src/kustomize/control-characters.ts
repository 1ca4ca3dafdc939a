import type { JsonValue } from '@capstan/object';
import { invalid } from './problem.ts';

/** What Go's JSON leaves as it is and no YAML may hold: whoever reads JSON as YAML meets it. */
export const NOT_IN_YAML = /[\u007f-\u0084\u0086-\u009f\ufffe\uffff]/;

/**
 * Refuses values that kustomize passes on as JSON and reads as YAML, for a text or a key with characters that YAML may not
 * hold. `where` says what holds them, `path` names the file. Throws RENDER_INVALID.
 */
export function refuseControlCharacters(value: JsonValue | undefined, where: string, path: string): void {
  if (value !== undefined && holdsThem(value)) {
    throw invalid(`${where}: control characters are not allowed`, { path });
  }
}

function holdsThem(value: JsonValue): boolean {
  if (typeof value === 'string') return NOT_IN_YAML.test(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, item]) => NOT_IN_YAML.test(key) || holdsThem(item));
}
