import { CapstanError, isCapstanError } from '@capstan/errors';
import { joinPath, type FileTree } from '@capstan/tree';
import { decodeUtf8 } from './bytes.ts';
import { lineOfText, readConfigFile } from './documents.ts';
import { KUSTOMIZATION_NAMES, readKustomization, type Kustomization } from './kustomization.ts';
import { beyondLimit, invalid } from './problem.ts';
import type { RenderLimits } from '../limits.ts';

/** Thrown inside of the engine for what has not been read yet; `loadingAsNeeded` reads it and starts again. */
export class Unread extends Error {
  readonly load: () => Promise<void>;

  constructor(load: () => Promise<void>) {
    super('something has not been read yet');
    this.load = load;
  }
}

/** Rounds of reading that a build may take before it counts as endless. */
const MAX_ROUNDS = 200;

/** Runs `build` again and again, each time with what it lacked read, until it lacks nothing. */
export async function loadingAsNeeded<Result>(build: () => Result): Promise<Result> {
  for (let round = 0; ; round++) {
    try {
      return build();
    } catch (error) {
      if (!(error instanceof Unread)) throw error;
      if (round >= MAX_ROUNDS) throw beyondLimit(`a build has still not read all that it names after ${round} rounds`);
      await error.load();
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

/** What a build has read, all its trees together. */
export class FilesUsage {
  private readonly limits: RenderLimits;
  private files = 0;
  private bytes = 0;

  constructor(limits: RenderLimits) {
    this.limits = limits;
  }

  /** Counts paths that are looked up. Throws RENDER_LIMIT. */
  addPaths(count: number): void {
    this.files += count;
    if (this.files > this.limits.maxFiles) throw beyondLimit(`a build reads more than ${this.limits.maxFiles} files`);
  }

  /** Counts bytes that were read. Throws RENDER_LIMIT. */
  addBytes(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes > this.limits.maxBytes) throw beyondLimit(`a build reads more than ${this.limits.maxBytes} bytes`);
  }

  /** Counts a file that came as a whole. Throws RENDER_LIMIT. */
  addFile(bytes: number): void {
    this.addPaths(1);
    this.addBytes(bytes);
  }
}

/** What has been read of one tree for a build. The engine looks things up in it, synchronously. */
export class BuildFiles {
  private readonly tree: FileTree;
  private readonly usage: FilesUsage;
  private readonly label: string;
  readonly above: Above;
  private readonly contents = new Map<string, Uint8Array | undefined>();
  private readonly kustomizations = new Map<string, FoundKustomization | undefined>();

  /** `label` stands before paths in messages: which tree it is, where there are several. */
  constructor(
    tree: FileTree,
    limits: RenderLimits,
    usage = new FilesUsage(limits),
    { label = '', above = 'nothing' }: { readonly label?: string; readonly above?: Above } = {},
  ) {
    this.tree = tree;
    this.usage = usage;
    this.label = label;
    this.above = above;
  }

  /** A path as messages name it. */
  nameOf(path: string): string {
    return this.label + path;
  }

  /** Reads what has not been read yet, in one batch. */
  async load(paths: readonly string[]): Promise<void> {
    const wanted = [...new Set(paths)].filter((path) => !this.contents.has(path));
    if (wanted.length === 0) return;
    this.usage.addPaths(wanted.length);
    const found = await this.tree.read(wanted);
    wanted.forEach((path, index) => {
      const bytes = found[index]?.bytes;
      this.usage.addBytes(bytes?.length ?? 0);
      this.contents.set(path, bytes);
    });
  }

  /** The content of a file; undefined where there is none. Throws Unread for a path that was not asked for. */
  find(path: string): Uint8Array | undefined {
    if (!this.contents.has(path)) throw new Unread(() => this.load([path]));
    return this.contents.get(path);
  }

  /** The content of a file as text; undefined where there is none. Throws RENDER_INVALID where it is not UTF-8. */
  text(path: string): string | undefined {
    const bytes = this.find(path);
    if (bytes === undefined) return undefined;
    const text = decodeUtf8(bytes);
    if (text === undefined) throw invalid(`${this.nameOf(path)} is not valid UTF-8`, { path });
    return text;
  }

  /** The kustomization in a folder; undefined where there is none. Throws RENDER_INVALID for several or a bad one. */
  kustomization(folder: string): FoundKustomization | undefined {
    if (this.kustomizations.has(folder)) return this.kustomizations.get(folder);
    const paths = kustomizationPaths(folder);
    const unread = paths.filter((path) => !this.contents.has(path));
    if (unread.length > 0) throw new Unread(() => this.load(unread));
    const present = paths.filter((path) => this.find(path) !== undefined);
    if (present.length > 1)
      throw invalid(`Found multiple kustomization files under: ${this.nameOf(folder || '.')}`, { path: folder });
    const [path] = present;
    const found =
      path === undefined
        ? undefined
        : {
            kustomization: readKustomization(
              readConfigFile(this.find(path) ?? '', this.nameOf(path)),
              this.nameOf(path),
            ),
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

/** What lies above the root of a tree: nothing, or the root itself, as above that of a machine. */
export type Above = 'nothing' | 'root';

/** A path as seen from a folder. Throws TREE_PATH_INVALID when it leaves the tree or cannot be one. */
function joined(folder: string, path: string, above: Above): string {
  if (above === 'nothing') return joinPath(folder, path);
  const segments = folder === '' ? [] : folder.split('/');
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else segments.push(segment);
  }
  return joinPath('', path.startsWith('/') ? path : segments.join('/'));
}

/** A path as seen from a folder; undefined when it leaves the tree or cannot be one. */
export function tryJoin(folder: string, path: string, above: Above = 'nothing'): string | undefined {
  try {
    return joined(folder, path, above);
  } catch (error) {
    if (isCapstanError(error, 'TREE_PATH_INVALID')) return undefined;
    throw error;
  }
}

/** Whether `path` lies in the folder or below it. */
export function isWithin(folder: string, path: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

/** The place of a file that a kustomization in `folder` names. Throws TREE_PATH_INVALID or RENDER_INVALID. */
export function resolveNamed(folder: string, path: string, rootOnly: boolean, above: Above): string {
  const full = joined(folder, path, above);
  if (rootOnly && !isWithin(folder, full)) {
    throw new CapstanError('RENDER_INVALID', `security; file '${full}' is not in or below '${folder || '.'}'`, {
      data: { path: full },
    });
  }
  return full;
}
