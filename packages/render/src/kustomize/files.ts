import { CapstanError, isCapstanError } from '@capstan/errors';
import { joinPath, type FileTree } from '@capstan/tree';
import { decodeUtf8 } from './bytes.ts';
import { lineOfText, readConfigFile } from './documents.ts';
import { KUSTOMIZATION_NAMES, readKustomization, type Kustomization } from './kustomization.ts';
import { beyondLimit, invalid, notFound } from './problem.ts';
import type { RenderLimits } from '../limits.ts';

/** Thrown inside of the engine for paths that have not been read yet; `build` reads them and starts again. */
export class Unread extends Error {
  readonly paths: readonly string[];

  constructor(paths: readonly string[]) {
    super(`not read yet: ${paths.join(', ')}`);
    this.paths = paths;
  }
}

/** Rounds of reading that a build may take before it counts as endless. */
const MAX_ROUNDS = 200;

/** Runs `build` again and again, each time with what it lacked read, until it lacks nothing. */
export async function loadingAsNeeded<Result>(files: BuildFiles, build: () => Result): Promise<Result> {
  for (let round = 0; ; round++) {
    try {
      return build();
    } catch (error) {
      if (!(error instanceof Unread) || round >= MAX_ROUNDS) throw error;
      await files.load(error.paths);
    }
  }
}

/** The kustomization of a folder, and the name of its file. */
export interface FoundKustomization {
  readonly kustomization: Kustomization;
  readonly name: string;
  /** The line on which a text stands as a value, from 1; undefined where it does not. */
  readonly lineOf: (value: string) => number | undefined;
}

/** What has been read for a build. The engine looks things up in it, synchronously. */
export class BuildFiles {
  private readonly tree: FileTree;
  private readonly limits: RenderLimits;
  private readonly contents = new Map<string, Uint8Array | undefined>();
  private readonly kustomizations = new Map<string, FoundKustomization | undefined>();
  private bytes = 0;

  constructor(tree: FileTree, limits: RenderLimits) {
    this.tree = tree;
    this.limits = limits;
  }

  /** Puts content in place of a file. */
  override(path: string, bytes: Uint8Array): void {
    this.contents.set(path, bytes);
    this.kustomizations.clear();
  }

  /** Reads what has not been read yet, in one batch. */
  async load(paths: readonly string[]): Promise<void> {
    const wanted = [...new Set(paths)].filter((path) => !this.contents.has(path));
    if (wanted.length === 0) return;
    if (this.contents.size + wanted.length > this.limits.maxFiles) {
      throw beyondLimit(`a build reads more than ${this.limits.maxFiles} files`);
    }
    const found = await this.tree.read(wanted);
    wanted.forEach((path, index) => {
      const bytes = found[index]?.bytes;
      this.bytes += bytes?.length ?? 0;
      this.contents.set(path, bytes);
    });
    if (this.bytes > this.limits.maxBytes) throw beyondLimit(`a build reads more than ${this.limits.maxBytes} bytes`);
  }

  /** The content of a file; undefined where there is none. Throws Unread for a path that was not asked for. */
  find(path: string): Uint8Array | undefined {
    if (!this.contents.has(path)) throw new Unread([path]);
    return this.contents.get(path);
  }

  /** The content of a file as text; undefined where there is none. Throws RENDER_INVALID where it is not UTF-8. */
  text(path: string): string | undefined {
    const bytes = this.find(path);
    if (bytes === undefined) return undefined;
    const text = decodeUtf8(bytes);
    if (text === undefined) throw invalid(`${path} is not valid UTF-8`, { path });
    return text;
  }

  /** The kustomization in a folder; undefined where there is none. Throws RENDER_INVALID for several or a bad one. */
  kustomization(folder: string): FoundKustomization | undefined {
    if (this.kustomizations.has(folder)) return this.kustomizations.get(folder);
    const paths = kustomizationPaths(folder);
    const unread = paths.filter((path) => !this.contents.has(path));
    if (unread.length > 0) throw new Unread(unread);
    const present = paths.filter((path) => this.find(path) !== undefined);
    if (present.length > 1)
      throw invalid(`Found multiple kustomization files under: ${folder || '.'}`, { path: folder });
    const [path] = present;
    const found =
      path === undefined
        ? undefined
        : {
            kustomization: readKustomization(readConfigFile(this.find(path) ?? '', path), path),
            name: path.slice(path.lastIndexOf('/') + 1),
            lineOf: (value: string) => lineOfText(this.text(path) ?? '', value),
          };
    this.kustomizations.set(folder, found);
    return found;
  }
}

/** Where a folder's kustomization may stand. */
export function kustomizationPaths(folder: string): string[] {
  return KUSTOMIZATION_NAMES.map((name) => joinPath(folder, name));
}

/** A path as seen from a folder; undefined when it leaves the tree or cannot be one. */
export function tryJoin(folder: string, path: string): string | undefined {
  try {
    return joinPath(folder, path);
  } catch (error) {
    if (isCapstanError(error, 'TREE_PATH_INVALID')) return undefined;
    throw error;
  }
}

/** Whether `path` lies in the folder or below it. */
export function isWithin(folder: string, path: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

/** Reads a file that a kustomization in `folder` names. Throws where it is outside of what may be read, or missing. */
export function readNamed(files: BuildFiles, folder: string, path: string, rootOnly: boolean): Uint8Array {
  const full = resolveNamed(folder, path, rootOnly);
  const bytes = files.find(full);
  if (bytes === undefined) {
    throw notFound(`${folder || '.'}: file '${path}' does not exist`, { path: full });
  }
  return bytes;
}

/** The place of a file that a kustomization in `folder` names. Throws TREE_PATH_INVALID or RENDER_INVALID. */
export function resolveNamed(folder: string, path: string, rootOnly: boolean): string {
  const full = joinPath(folder, path);
  if (rootOnly && !isWithin(folder, full)) {
    throw new CapstanError('RENDER_INVALID', `security; file '${full}' is not in or below '${folder || '.'}'`, {
      data: { path: full },
    });
  }
  return full;
}
