import { CapstanError } from '@capstan/errors';
import type { FileTree } from '@capstan/tree';
import type { ArtifactContent } from './artifact-tree.ts';
import { Gzip } from './gzip.ts';
import { TAR_END, tarHeader, tarPadding } from './tar.ts';

/** Modes of everything in an artifact: only whether a file may be executed is kept. */
const FOLDER_MODE = 0o750;
const FILE_MODE = 0o600;
const PROGRAM_MODE = 0o700;
/** Files read at once. */
const READ_AHEAD = 64;
/** Bytes handed to the compressor in one write, as Go copies files. */
const COPY_BYTES = 32 * 1024;
/** Bytes after which other work gets its turn. */
const TURN_BYTES = 128 * 1024;
/** Bytes of all files of an artifact, at most. */
export const MAX_ARTIFACT_CONTENT = 512 * 1024 * 1024;

/**
 * Packs an artifact as source-controller does, byte for byte: a tar of the root folder, folders and files in order, with
 * fixed modes and without owners and times, compressed as Go's gzip does it. Gives chunks to `emit`. Throws TREE_LIMIT
 * for too much content.
 */
export async function packArtifact(
  { entries, tree }: ArtifactContent,
  emit: (bytes: Uint8Array) => void,
): Promise<void> {
  const gzip = new Gzip(emit);
  const put = (parts: readonly Uint8Array[]): void => parts.forEach((part) => gzip.write(part));
  put(tarHeader({ path: '.', kind: 'directory', mode: FOLDER_MODE, size: 0 }));
  let total = 0;
  let turn = 0;
  for (let start = 0; start < entries.length; start += READ_AHEAD) {
    const batch = entries.slice(start, start + READ_AHEAD);
    const contents = await readAll(
      tree,
      batch.flatMap(({ kind, path }) => (kind === 'file' ? [path] : [])),
    );
    for (const { path, kind, executable } of batch) {
      const bytes = contents.get(path) ?? new Uint8Array();
      total += bytes.length;
      if (total > MAX_ARTIFACT_CONTENT) {
        throw new CapstanError(
          'TREE_LIMIT',
          `the artifact would hold more than ${MAX_ARTIFACT_CONTENT} bytes; ignore some of it`,
        );
      }
      const mode = kind === 'directory' ? FOLDER_MODE : executable === true ? PROGRAM_MODE : FILE_MODE;
      put(tarHeader({ path, kind, mode, size: bytes.length }));
      for (let at = 0; at < bytes.length; at += COPY_BYTES) {
        const part = bytes.subarray(at, at + COPY_BYTES);
        gzip.write(part);
        turn += part.length;
        if (turn < TURN_BYTES) continue;
        turn = 0;
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
      put([tarPadding(bytes.length)]);
    }
  }
  put([TAR_END]);
  gzip.close();
}

async function readAll(tree: FileTree, paths: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = await tree.read(paths);
  return new Map(
    paths.map((path, index) => {
      const file = files[index];
      if (file === undefined)
        throw new CapstanError('ARTIFACT_STORAGE_FAILED', `${path} went away while it was packed`);
      return [path, file.bytes] as const;
    }),
  );
}
