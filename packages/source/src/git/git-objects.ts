import { CapstanError } from '@capstan/errors';
import { compareBytes, MAX_FOLDER_ENTRIES, type StoredEntry, type TreeStore } from '@capstan/tree';
import type { CommitInfo } from '../git-source.ts';
import { ByteCache } from './object-cache.ts';
import type { GitObject, ObjectReader } from './object-reader.ts';

/** Bytes of blobs that all repositories of one source keep in memory together. */
export const BLOB_CACHE_BYTES = 64 * 1024 * 1024;
/** Bytes of folder listings kept likewise, by an estimate of their size in memory. */
export const FOLDER_CACHE_BYTES = 32 * 1024 * 1024;
const ENTRY_BYTES = 160;

/** What repositories have read, shared between them so that the budget is one. */
export class ObjectCache {
  readonly blobs = new ByteCache<Buffer>(BLOB_CACHE_BYTES);
  readonly folders = new ByteCache<readonly StoredEntry[]>(FOLDER_CACHE_BYTES);
}

/**
 * The content of one mirror by hash, as a TreeStore (digests are `sha1:HASH`). What it has read is kept under the
 * mirror's name: a hash that another repository holds is not a way to its content.
 */
export class GitObjects implements TreeStore {
  readonly #name: string;
  readonly #reader: ObjectReader;
  readonly #cache: ObjectCache;

  constructor(name: string, reader: ObjectReader, cache: ObjectCache) {
    this.#name = name;
    this.#reader = reader;
    this.#cache = cache;
  }

  async files(digests: readonly string[]): Promise<readonly Uint8Array[]> {
    return Promise.all(
      digests.map(async (digest) => {
        const key = `${this.#name}/${digest}`;
        const known = this.#cache.blobs.get(key);
        if (known !== undefined) return known;
        const { bytes } = await this.#object(digest, 'blob');
        this.#cache.blobs.set(key, bytes, bytes.length);
        return bytes;
      }),
    );
  }

  async folders(digests: readonly string[]): Promise<readonly (readonly StoredEntry[])[]> {
    return Promise.all(
      digests.map(async (digest) => {
        const key = `${this.#name}/${digest}`;
        const known = this.#cache.folders.get(key);
        if (known !== undefined) return known;
        const { bytes } = await this.#object(digest, 'tree');
        const entries = parseTree(bytes, hashOf(digest).length / 2);
        this.#cache.folders.set(key, entries, entries.length * ENTRY_BYTES);
        return entries;
      }),
    );
  }

  /** The commit with this hash, or undefined when the mirror does not have it. */
  async commit(hash: string): Promise<(CommitInfo & { readonly tree: string }) | undefined> {
    const object = await this.#reader.read(hash);
    return object?.type === 'commit' ? parseCommit(hash, object.bytes.toString('utf8')) : undefined;
  }

  async #object(digest: string, type: 'blob' | 'tree'): Promise<GitObject> {
    const object = await this.#reader.read(hashOf(digest));
    if (object?.type === type) return object;
    throw new CapstanError('GIT_FAILED', `the mirror holds no ${type} ${digest}; the next fetch brings it`, {
      data: { object: digest },
    });
  }
}

/** The digest under which a tree knows a git object. */
export function digestOf(hash: string): string {
  return `${hash.length === 64 ? 'sha256-git' : 'sha1'}:${hash}`;
}

function hashOf(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1);
}

/**
 * Entries of a tree object in order of their names. Submodules are left out. Throws TREE_PATH_INVALID for names that
 * git itself refuses to check out (`.git`, `..`, …), TREE_LIMIT for too many.
 */
export function parseTree(bytes: Buffer, hashLength: number): readonly StoredEntry[] {
  const entries: StoredEntry[] = [];
  for (let at = 0; at < bytes.length;) {
    const blank = bytes.indexOf(0x20, at);
    const end = bytes.indexOf(0, blank);
    if (blank < 0 || end < 0 || end + hashLength >= bytes.length + 1)
      throw new CapstanError('GIT_FAILED', 'a tree object is broken');
    const mode = Number.parseInt(bytes.toString('latin1', at, blank), 8);
    const name = bytes.toString('utf8', blank + 1, end);
    const digest = digestOf(bytes.toString('hex', end + 1, end + 1 + hashLength));
    at = end + 1 + hashLength;
    checkName(name);
    if (entries.length >= MAX_FOLDER_ENTRIES) {
      throw new CapstanError('TREE_LIMIT', `a folder of the repository holds more than ${MAX_FOLDER_ENTRIES} entries`);
    }
    const kind = KINDS[mode & 0o170000];
    if (kind === undefined) continue;
    const executable = kind === 'file' && (mode & 0o111) !== 0;
    entries.push({ name, kind, digest, ...(executable ? { executable } : {}) });
  }
  return entries.sort((a, b) => compareBytes(a.name, b.name));
}

const KINDS: Readonly<Record<number, StoredEntry['kind']>> = {
  0o40000: 'directory',
  0o100000: 'file',
  0o120000: 'link',
};

function checkName(name: string): void {
  const bad = name === '' || name === '.' || name === '..' || name.includes('/') || name.toLowerCase() === '.git';
  if (!bad) return;
  throw new CapstanError(
    'TREE_PATH_INVALID',
    `the repository holds an entry named ${JSON.stringify(name)}, as no working repository does; remove it`,
    {
      data: { name },
    },
  );
}

/** Most characters of a commit's message that are kept. */
const MAX_MESSAGE = 16 * 1024;

function parseCommit(hash: string, text: string): CommitInfo & { readonly tree: string } {
  const end = text.indexOf('\n\n');
  const headers = (end < 0 ? text : text.slice(0, end)).split('\n');
  const valueOf = (name: string): string =>
    headers.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ?? '';
  const [, author = '', seconds = '0', zone = '+0000'] = /^(.*) (\d+) ([+-]\d{4})$/.exec(valueOf('author')) ?? [];
  return {
    commit: hash,
    tree: valueOf('tree'),
    author,
    date: formatDate(Number(seconds), zone),
    message: end < 0 ? '' : text.slice(end + 2, end + 2 + MAX_MESSAGE).trimEnd(),
  };
}

/** RFC 3339 in the author's own zone. */
function formatDate(seconds: number, zone: string): string {
  const sign = zone.startsWith('-') ? -1 : 1;
  const offset = sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3, 5)));
  const local = new Date((Math.min(seconds, 8.64e12) + offset * 60) * 1000);
  if (Number.isNaN(local.getTime())) return '1970-01-01T00:00:00Z';
  const suffix = offset === 0 ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(3, 5)}`;
  return local.toISOString().replace(/\.\d+Z$/, suffix);
}
