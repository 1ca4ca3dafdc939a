import {
  getKey,
  getPath,
  isJsonObject,
  parseObject,
  setKey,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
} from '@capstan/object';
import { CapstanError, isCapstanError } from '@capstan/errors';
import { decryptBranches, decryptData, type DecryptOptions } from './decrypt-data.ts';
import { detectFormat, formatForPath } from './detect-format.ts';
import { beyond, invalid, MAX_DEPTH } from './problem.ts';
import { branch, type Branch, type SopsValue } from './sops-tree.ts';

/** The annotation by which an object is left encrypted. */
export const DECRYPT_MARK = 'kustomize.toolkit.fluxcd.io/decrypt';

/** Whether an object's annotation says that it is not to be decrypted. */
export function isDecryptionDisabled(object: KubernetesObject): boolean {
  const mark = getPath(object.metadata, 'annotations', DECRYPT_MARK);
  return typeof mark === 'string' && mark.toLowerCase() === 'disabled';
}

/** Whether an object is a Secret that is encrypted as a whole. */
export function isEncryptedSecret(object: JsonObject): boolean {
  const isSecret = getKey(object, 'kind') === 'Secret' && getKey(object, 'apiVersion') === 'v1';
  return isSecret && getKey(object, 'sops') !== undefined;
}

/**
 * An object with what SOPS encrypted in it decrypted: all of it where it has SOPS's metadata, else each entry of a
 * Secret's `data` that is an encrypted file. Others are given back as they are. Throws DECRYPT_*.
 */
export async function decryptObject(object: KubernetesObject, options: DecryptOptions): Promise<KubernetesObject> {
  if (isDecryptionDisabled(object)) return object;
  const mac = getPath(object, 'sops', 'mac');
  if (mac !== undefined && mac !== null && mac !== '') return wholeObject(object, options);
  return object.kind === 'Secret' ? entries(object, options) : object;
}

async function wholeObject(object: KubernetesObject, options: DecryptOptions): Promise<KubernetesObject> {
  try {
    const [plain] = await decryptBranches([branchOf(object, 0)], 'json', options);
    if (plain === undefined) throw invalid('there is no document');
    return parseObject(jsonOf(plain), 'the decrypted object');
  } catch (error) {
    throw about(`failed to decrypt and format '${placeOf(object)}' ${object.kind} data`, error);
  }
}

async function entries(object: KubernetesObject, options: DecryptOptions): Promise<KubernetesObject> {
  const data = getKey(object, 'data');
  if (!isJsonObject(data)) return object;
  const plain: Record<string, JsonValue> = {};
  let changed = false;
  for (const [key, value] of Object.entries(data)) {
    const bytes = typeof value === 'string' ? base64(value) : undefined;
    const format = bytes === undefined ? undefined : detectFormat(bytes);
    if (bytes === undefined || format === undefined) {
      setKey(plain, key, value);
      continue;
    }
    try {
      const decrypted = await decryptData(bytes, format, formatForPath(key), options);
      setKey(plain, key, Buffer.from(decrypted).toString('base64'));
      changed = true;
    } catch (error) {
      throw about(`failed to decrypt and format '${placeOf(object)}' Secret field '${key}'`, error);
    }
  }
  return changed ? { ...object, data: plain } : object;
}

/** What is no base64 is the user's mistake, and is told where the object is applied. */
function base64(text: string): Uint8Array | undefined {
  const packed = text.replace(/[\r\n]/g, '');
  if (packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) return undefined;
  return Buffer.from(packed, 'base64');
}

function placeOf({ metadata }: KubernetesObject): string {
  const { namespace, name } = metadata;
  return `${typeof namespace === 'string' ? namespace : ''}/${typeof name === 'string' ? name : ''}`;
}

function about(what: string, error: unknown): unknown {
  return isCapstanError(error)
    ? new CapstanError(error.code, `${what}: ${error.message}`, { data: error.data })
    : error;
}

function branchOf(value: JsonObject, depth: number): Branch {
  if (depth > MAX_DEPTH) throw beyond(`an object is nested deeper than ${MAX_DEPTH} levels`);
  return branch(Object.entries(value).map(([key, member]) => ({ key, value: valueFrom(member, depth + 1) })));
}

function valueFrom(value: JsonValue, depth: number): SopsValue {
  if (Array.isArray(value))
    return { kind: 'list', items: (value as readonly JsonValue[]).map((item) => valueFrom(item, depth + 1)) };
  if (isJsonObject(value)) return branchOf(value, depth);
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : (value as SopsValue);
}

function jsonOf(value: SopsValue): JsonValue {
  if (value === null) return null;
  if (typeof value === 'bigint') {
    const near = Number(value);
    return Number.isSafeInteger(near) ? near : value;
  }
  if (typeof value !== 'object') return value;
  switch (value.kind) {
    case 'branch': {
      const result: Record<string, JsonValue> = {};
      for (const { key, value: member } of value.items)
        if (typeof key === 'string') setKey(result, key, jsonOf(member));
      return result;
    }
    case 'list':
      return value.items.filter((item) => typeof item !== 'object' || item?.kind !== 'comment').map(jsonOf);
    case 'bytes':
      return Buffer.from(value.bytes).toString('base64');
    case 'time':
    case 'comment':
      return value.text;
    default:
      return value satisfies never;
  }
}
