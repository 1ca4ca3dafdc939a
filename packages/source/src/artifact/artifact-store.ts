import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join, resolve as absolute } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CapstanError } from '@capstan/errors';
import type { Artifact } from '../artifact.ts';
import type { Revision } from '../revision.ts';
import type { ArtifactContent } from './artifact-tree.ts';
import { packArtifact } from './pack.ts';
import { collectGarbage, isArtifactFile, type Retention } from './retention.ts';

/** Whose artifact it is. Kinds are in lower case, as they stand in URLs. */
export interface ArtifactOwner {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** How a store is set up. */
export interface ArtifactStoreOptions {
  readonly directory: string;
  /** Bytes of all artifacts together, at most; default 4 GiB. */
  readonly maxBytes?: number;
  /** What is kept besides the newest of each owner; default as source-controller: 2 in all, for 60 s. */
  readonly retention?: Retention;
  /** Now, in milliseconds since 1970. */
  readonly now: () => number;
}

/** Artifacts on disk, below `KIND/NAMESPACE/NAME/`, written whole or not at all, and kept within bounds. */
export interface ArtifactStore {
  /** Packs content and stores it as FILE.tar.gz, FILE being the commit. Throws ARTIFACT_STORAGE_FAILED, TREE_LIMIT. */
  store(owner: ArtifactOwner, revision: Revision, content: ArtifactContent): Promise<Artifact>;
  /** Whether the file is there with the digest that the artifact has. */
  verify(artifact: Pick<Artifact, 'path' | 'digest'>): Promise<boolean>;
  /** Drops all artifacts of an owner. */
  remove(owner: ArtifactOwner): Promise<void>;
  /** Drops what retention does not keep; the artifact at `current` stays. */
  collect(owner: ArtifactOwner, current: string): Promise<void>;
  /** The file at a path below the listener's root; undefined for a path that no artifact has. */
  locate(path: string): string | undefined;
}

const DEFAULT_MAX_BYTES = 4 * 1024 * 1024 * 1024;
const DEFAULT_RETENTION: Retention = { records: 2, seconds: 60 };
/** Name of the link to an owner's newest artifact. */
const LATEST = 'latest.tar.gz';

/** A store in a folder; leftovers of writes that were cut off are removed as owners are written to. */
export function createArtifactStore(options: ArtifactStoreOptions): ArtifactStore {
  return new DirectoryStore(options);
}

class DirectoryStore implements ArtifactStore {
  readonly #root: string;
  readonly #maxBytes: number;
  readonly #retention: Retention;
  readonly #now: () => number;
  /** Writes go one after the other: the bound on all bytes holds between them. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: ArtifactStoreOptions) {
    this.#root = absolute(options.directory);
    this.#maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
    this.#retention = options.retention ?? DEFAULT_RETENTION;
    this.#now = options.now;
  }

  async store(owner: ArtifactOwner, revision: Revision, content: ArtifactContent): Promise<Artifact> {
    const path = `${folderOf(owner)}/${fileOf(revision)}`;
    return this.#exclusive(path, async () => {
      const target = join(this.#root, path);
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      const written = await this.#write(target, content);
      await this.#pointLatest(target);
      await collectGarbage(dirname(target), target, this.#retention, this.#now());
      return { revision, ...written, path, treeDigest: content.tree.digest };
    });
  }

  async verify({ path, digest }: Pick<Artifact, 'path' | 'digest'>): Promise<boolean> {
    const file = this.locate(path);
    return file !== undefined && (await digestOfFile(file)) === digest;
  }

  async remove(owner: ArtifactOwner): Promise<void> {
    const folder = folderOf(owner);
    await this.#exclusive(folder, () => rm(join(this.#root, folder), { recursive: true, force: true }));
  }

  async collect(owner: ArtifactOwner, current: string): Promise<void> {
    const folder = join(this.#root, folderOf(owner));
    await this.#exclusive(current, () =>
      collectGarbage(folder, join(this.#root, current), this.#retention, this.#now()),
    );
  }

  locate(path: string): string | undefined {
    const [kind, namespace, name, file, ...more] = path.split('/');
    if (![kind, namespace, name].every((part) => part !== undefined && NAME.test(part))) return undefined;
    return more.length === 0 && file !== undefined && FILE.test(file) ? join(this.#root, path) : undefined;
  }

  #exclusive<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
    const result = this.#queue.then(work).catch((cause: unknown) => {
      if (cause instanceof CapstanError) throw cause;
      throw new CapstanError('ARTIFACT_STORAGE_FAILED', `the artifact ${what} could not be stored`, {
        cause,
        data: { path: what },
      });
    });
    this.#queue = result.catch(() => undefined);
    return result;
  }

  /** Writes beside the target, then renames: a reader sees the old file or the new one, whole. */
  async #write(target: string, content: ArtifactContent): Promise<{ readonly digest: string; readonly size: number }> {
    const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
    const room = this.#maxBytes - (await bytesBelow(this.#root));
    const hash = createHash('sha256');
    let size = 0;
    const file = await open(temporary, 'wx', 0o600);
    try {
      let writes: Promise<unknown> = Promise.resolve();
      await packArtifact(content, (bytes) => {
        size += bytes.length;
        if (size > room) {
          throw new CapstanError(
            'ARTIFACT_STORAGE_FAILED',
            `artifacts would take more than ${this.#maxBytes} bytes; ignore some of the repository, or allow more`,
          );
        }
        hash.update(bytes);
        writes = writes.then(() => file.write(bytes));
        // Awaited below; until then a failure must not count as unhandled.
        writes.catch(() => undefined);
      });
      await writes;
      await file.sync();
      await file.close();
      await rename(temporary, target);
    } catch (error) {
      await file.close().catch(() => undefined);
      await rm(temporary, { force: true });
      throw error;
    }
    return { digest: `sha256:${hash.digest('hex')}`, size };
  }

  async #pointLatest(target: string): Promise<void> {
    const link = join(dirname(target), LATEST);
    const temporary = `${link}.${randomBytes(6).toString('hex')}.tmp`;
    await symlink(target.slice(dirname(target).length + 1), temporary);
    await rename(temporary, link);
  }
}

const NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;
const FILE = /^(latest|[0-9a-f]{40,64})\.tar\.gz$/;

function folderOf({ kind, namespace, name }: ArtifactOwner): string {
  const parts = [kind, namespace, name];
  if (parts.every((part) => NAME.test(part) && !part.includes('..'))) return parts.join('/');
  throw new CapstanError(
    'ARTIFACT_STORAGE_FAILED',
    `${JSON.stringify(parts.join('/'))} is not a name that an artifact can have`,
  );
}

function fileOf({ commit }: Revision): string {
  const file = `${commit}.tar.gz`;
  if (FILE.test(file) && commit !== 'latest') return file;
  throw new CapstanError('ARTIFACT_STORAGE_FAILED', `${JSON.stringify(commit)} is not a commit`);
}

async function digestOfFile(file: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  return `sha256:${hash.digest('hex')}`;
}

/** Bytes of all artifacts; four levels, as they are laid out. */
async function bytesBelow(root: string): Promise<number> {
  const files = await readdir(root, { recursive: true, withFileTypes: true });
  let total = 0;
  for (const entry of files) {
    if (!entry.isFile() || !isArtifactFile(entry.name)) continue;
    total += (await stat(join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0;
  }
  return total;
}
