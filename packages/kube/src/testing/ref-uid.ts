import { getKey, type JsonObject } from '@capstan/object';

/** The UID in an object's metadata. */
export function refUid(metadata: JsonObject): string {
  const uid = getKey(metadata, 'uid');
  if (typeof uid !== 'string') throw new TypeError('the object has no uid');
  return uid;
}
