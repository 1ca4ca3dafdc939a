import { createHash, type Hash } from 'node:crypto';
import { isCapstanError } from '@capstan/errors';
import { decryptValue, type Decrypted } from './cipher.ts';
import { encryptionRule, type CommentStack, type CryptRules, type IsEncrypted } from './crypt-rules.ts';
import { invalid } from './problem.ts';
import {
  comment,
  isKind,
  type Branch,
  type Comment,
  type Item,
  type Leaf,
  type List,
  type SopsValue,
} from './sops-tree.ts';

/** The hash begins with these where only encrypted values count: such a MAC is never one over all. */
const ONLY_ENCRYPTED = Buffer.from('8a3fd2ad54ce66527b1034f3d147be0b0b975b3bf44f72c6fdadec8176f27d69', 'hex');

/** What the decryption of a document is asked with. */
export interface TreeRules extends CryptRules {
  readonly macOnlyEncrypted: boolean;
}

/**
 * The documents of a file with their values decrypted, and the MAC over them. Throws DECRYPT_INVALID, with nothing of a
 * value in its message. Source of the rules: getsops/sops, Tree.Decrypt.
 */
export function decryptTree(
  branches: readonly Branch[],
  rules: TreeRules,
  key: Uint8Array,
): { readonly branches: readonly Branch[]; readonly mac: string } {
  const walker = new Walker(rules, key);
  const decrypted = branches.map((one) => walker.branch(one, [], []));
  return { branches: decrypted, mac: walker.mac };
}

class Walker {
  readonly #hash: Hash = createHash('sha512');
  readonly #isEncrypted: IsEncrypted;
  readonly #onlyEncrypted: boolean;
  readonly #key: Uint8Array;

  constructor(rules: TreeRules, key: Uint8Array) {
    this.#isEncrypted = encryptionRule(rules);
    this.#onlyEncrypted = rules.macOnlyEncrypted;
    this.#key = key;
    if (rules.macOnlyEncrypted) this.#hash.update(ONLY_ENCRYPTED);
  }

  get mac(): string {
    return this.#hash.copy().digest('hex').toUpperCase();
  }

  branch({ items }: Branch, path: readonly string[], above: CommentStack): Branch {
    let before: string[] = [];
    const walked = items.map((item): Item => {
      if (typeof item.key !== 'string') {
        before.push(item.key.text);
        return { key: this.#comment(item.key, path, [...above, before]), value: null };
      }
      if (isKind(item.value, 'comment')) before.push(item.value.text);
      const value = this.#value(item.value, [...path, item.key], [...above, before]);
      if (!isKind(item.value, 'comment')) before = [];
      return { key: item.key, value };
    });
    return { kind: 'branch', items: walked };
  }

  #list({ items }: List, path: readonly string[], above: CommentStack): List {
    let before: string[] = [];
    const walked = items.map((item) => {
      if (isKind(item, 'comment')) before.push(item.text);
      const value = this.#value(item, path, [...above, before]);
      if (!isKind(item, 'comment')) before = [];
      return value;
    });
    return { kind: 'list', items: walked };
  }

  #value(value: SopsValue, path: readonly string[], comments: CommentStack): SopsValue {
    if (value === null) return null;
    if (isKind(value, 'branch')) return this.branch(value, path, comments);
    if (isKind(value, 'list')) return this.#list(value, path, comments);
    if (isKind(value, 'comment')) return this.#comment(value, path, comments);
    const encrypted = this.#isEncrypted(path, comments, false);
    const plain = encrypted ? this.#leaf(value, path) : value;
    if (encrypted || !this.#onlyEncrypted) this.#hash.update(bytesOf(plain));
    return isCommentText(plain) ? comment(plain.text) : plain;
  }

  #leaf(value: Leaf, path: readonly string[]): Decrypted {
    if (typeof value !== 'string') throw invalid(`Expected encrypted value as string at ${path.join('.')}`);
    try {
      return decryptValue(value, this.#key, pathText(path));
    } catch (error) {
      if (!isCapstanError(error)) throw error;
      throw invalid(`Could not decrypt value at ${path.join('.')}: ${error.message}`);
    }
  }

  /** Comments of old files are not encrypted: what is no encrypted one stays as it is. */
  #comment(found: Comment, path: readonly string[], comments: CommentStack): Comment {
    if (!this.#isEncrypted(path, comments, true)) return found;
    try {
      const plain = decryptValue(found.text, this.#key, pathText(path));
      return typeof plain === 'string' || isCommentText(plain)
        ? comment(typeof plain === 'string' ? plain : plain.text, found.inline)
        : found;
    } catch (error) {
      if (!isCapstanError(error, 'DECRYPT_INVALID')) throw error;
      return found;
    }
  }
}

function isCommentText(value: Decrypted): value is Extract<Decrypted, { kind: 'commentText' }> {
  return typeof value === 'object' && value.kind === 'commentText';
}

function pathText(path: readonly string[]): string {
  return `${path.join(':')}:`;
}

function bytesOf(value: Decrypted): string | Uint8Array {
  switch (typeof value) {
    case 'string':
      return value;
    case 'bigint':
      return String(value);
    case 'number':
      return floatText(value);
    case 'boolean':
      return value ? 'True' : 'False';
    default:
      return value.kind === 'bytes' ? value.bytes : value.text;
  }
}

/** A float without an exponent, as Go's format `f` has it. */
function floatText(value: number): string {
  const text = String(value);
  const [mantissa = '', exponent] = text.split('e');
  if (exponent === undefined) return text;
  const sign = mantissa.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const point = whole.length + Number(exponent);
  const digits = whole + fraction;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return `${sign}${digits.padEnd(point, '0').slice(0, point)}${digits.length > point ? `.${digits.slice(point)}` : ''}`;
}
