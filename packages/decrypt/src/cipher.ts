import { createDecipheriv } from 'node:crypto';
import { invalid } from './problem.ts';
import type { Leaf } from './sops-tree.ts';

const TAG_BYTES = 16;
const algorithms: Readonly<Record<number, 'aes-128-gcm' | 'aes-192-gcm' | 'aes-256-gcm'>> = {
  16: 'aes-128-gcm',
  24: 'aes-192-gcm',
  32: 'aes-256-gcm',
};

/** What came out of an encrypted value; a comment is told apart from the text that it holds. */
export type Decrypted = Leaf | { readonly kind: 'commentText'; readonly text: string };

/**
 * The value of an `ENC[AES256_GCM,…]`; an empty text stands for itself. `path` is authenticated along with it, so that no
 * value can be put in another's place. Throws DECRYPT_INVALID, with nothing of the value in its message.
 */
export function decryptValue(text: string, key: Uint8Array, path: string): Decrypted {
  if (text === '') return '';
  const { data, iv, tag, type } = readEncrypted(text);
  return typed(open(Buffer.concat([data, tag]), iv, key, path), type);
}

function open(sealed: Buffer, iv: Buffer, key: Uint8Array, path: string): Buffer {
  const algorithm = algorithms[key.length];
  if (algorithm === undefined) throw invalid(`a data key has ${key.length} bytes, which is no size of an AES key`);
  if (iv.length === 0 || sealed.length < TAG_BYTES) throw invalid('Could not decrypt with AES_GCM: it is cut off');
  try {
    const decipher = createDecipheriv(algorithm, key, iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(path));
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES)), decipher.final()]);
  } catch {
    throw invalid('Could not decrypt with AES_GCM: cipher: message authentication failed');
  }
}

function readEncrypted(text: string) {
  const [line = ''] = text.split('\n', 1);
  const end = line.lastIndexOf(']');
  const prefix = 'ENC[AES256_GCM,data:';
  const marks = [',type:', ',tag:', ',iv:'];
  let rest = line.startsWith(prefix) ? line.slice(prefix.length, Math.max(end, prefix.length)) : '';
  const parts = marks.map((mark) => {
    const at = rest.lastIndexOf(mark);
    const part = at < 0 ? '' : rest.slice(at + mark.length);
    rest = at < 0 ? '' : rest.slice(0, at);
    return part;
  });
  const [type = '', tag = '', iv = ''] = parts;
  if ([rest, type, tag, iv].includes('')) throw invalid("Input string <redacted> does not match sops' data format");
  return { data: bytesOf(rest, 'data'), iv: bytesOf(iv, 'iv'), tag: bytesOf(tag, 'tag'), type };
}

function bytesOf(text: string, what: string): Buffer {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) throw invalid(`Error base64-decoding ${what}`);
  return Buffer.from(text, 'base64');
}

const yes = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const no = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

function typed(bytes: Buffer, type: string): Decrypted {
  const text = bytes.toString('utf8');
  switch (type) {
    case 'str':
      return text;
    case 'int':
      if (!/^[+-]?[0-9]{1,20}$/.test(text)) throw invalid('a value that was encrypted as an integer is none');
      return BigInt(text);
    case 'float':
      if (text.trim() === '' || Number.isNaN(Number(text)))
        throw invalid('a value that was encrypted as a float is none');
      return Number(text);
    case 'bytes':
      return { kind: 'bytes', bytes };
    case 'bool':
      if (!yes.has(text) && !no.has(text)) throw invalid('a value that was encrypted as a boolean is none');
      return yes.has(text);
    case 'time':
      return { kind: 'time', text };
    case 'comment':
      return { kind: 'commentText', text };
    default:
      throw invalid(`Unknown datatype: ${type.slice(0, 20)}`);
  }
}
