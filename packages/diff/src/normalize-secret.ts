import { isJsonObject, parseApiVersion, setKey, type JsonObject, type JsonValue } from '@capstan/object';
import { canonicalBase64, encodeBase64 } from './base64.ts';

/** Whether an object is a Secret of the core group. */
export function isSecret(object: JsonObject): boolean {
  const { kind, apiVersion } = object;
  return kind === 'Secret' && parseApiVersion(typeof apiVersion === 'string' ? apiVersion : '').group === '';
}

/**
 * A Secret as the server stores it: `stringData` folded into `data`, and what is null there empty. A value that is no
 * text stays as it is, so that the server refuses it.
 */
export function normalizeSecret(secret: JsonObject): JsonObject {
  const stringData = secret['stringData'];
  const stored = secret['data'];
  if (!isJsonObject(stringData) && !isJsonObject(stored)) return secret;
  const data: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(isJsonObject(stored) ? stored : {})) setKey(data, key, value);
  const result: Record<string, JsonValue> = { ...secret, data: canonicalData(data) };
  if (!isJsonObject(stringData)) return result;
  for (const [key, value] of Object.entries(stringData))
    setKey(data, key, typeof value === 'string' ? encodeBase64(value) : value);
  result['data'] = canonicalData(data);
  delete result['stringData'];
  return result;
}

// The server reads all of `data` or refuses the Secret: where one value is wrong, none is rewritten.
function canonicalData(data: JsonObject): JsonObject {
  const result: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(data)) {
    const canonical = value === null ? '' : typeof value === 'string' ? canonicalBase64(value) : undefined;
    if (canonical === undefined) return data;
    setKey(result, key, canonical);
  }
  return result;
}
