import { CapstanError, isCapstanError, messageOf } from '@capstan/errors';
import { joinPath, parentPath, type FileTree } from '@capstan/tree';
import type { ImportReference, Program } from './ast.ts';
import type { JsonnetOptions, JsonnetVariable } from './evaluate.ts';
import { parseProgram } from './parser.ts';
import { limitProblem, type SourceText } from './problem.ts';

/** A file that has been read: its program, or why it is none. */
export interface LoadedFile {
  readonly source: SourceText;
  readonly program: Program | undefined;
  readonly problem: CapstanError | undefined;
  /** What each path that it imports stands for. */
  readonly imports: ReadonlyMap<string, Imported>;
}

/** What an import found. */
export type Imported =
  | { readonly kind: 'file'; readonly path: string; readonly bytes: Uint8Array; readonly message?: undefined }
  | { readonly kind: 'missing'; readonly message: string };

/** A program with all that it may import. */
export interface Programs {
  readonly root: LoadedFile;
  /** By path. */
  readonly files: ReadonlyMap<string, LoadedFile>;
  readonly extVars: ReadonlyMap<string, LoadedFile>;
  readonly tlas: ReadonlyMap<string, LoadedFile>;
}

/**
 * Reads a program and everything that it names as an import, whether or not it comes to that: imports are literal paths,
 * so all reading is done before anything runs. What is missing or broken is told only if the program gets there.
 */
export async function loadPrograms(tree: FileTree, path: string, options: JsonnetOptions): Promise<Programs> {
  const loader = new Loader(tree, options);
  const [file] = await tree.read([path]);
  if (file === undefined) throw new CapstanError('RENDER_NOT_FOUND', `${path}: there is no such file`);
  const root = await loader.load(path, file.bytes);
  return {
    root,
    files: loader.files,
    extVars: await loader.variables('extvar', options.extVars ?? []),
    tlas: await loader.variables('top-level-arg', options.tlas ?? []),
  };
}

class Loader {
  readonly files = new Map<string, LoadedFile>();
  readonly #tree: FileTree;
  readonly #options: JsonnetOptions;
  #count = 0;

  constructor(tree: FileTree, options: JsonnetOptions) {
    this.#tree = tree;
    this.#options = options;
  }

  /** Reads a file and, one after another, all that it leads to. */
  async load(path: string, bytes: Uint8Array): Promise<LoadedFile> {
    const open: { readonly path: string; readonly bytes: Uint8Array }[] = [{ path, bytes }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (this.files.has(next.path)) continue;
      const file = await this.#read({ name: next.path, text: decode(next.bytes) }, parentPath(next.path), open);
      this.files.set(next.path, file);
    }
    const root = this.files.get(path);
    if (root === undefined) throw new CapstanError('RENDER_NOT_FOUND', `${path}: there is no such file`);
    return root;
  }

  /** Programs that are handed over as variables. */
  async variables(kind: string, variables: readonly JsonnetVariable[]): Promise<ReadonlyMap<string, LoadedFile>> {
    const loaded = new Map<string, LoadedFile>();
    for (const { name, value, code } of variables) {
      if (code !== true) continue;
      const open: { readonly path: string; readonly bytes: Uint8Array }[] = [];
      loaded.set(name, await this.#read({ name: `<${kind}:${name}>`, text: value }, undefined, open));
      for (const { path, bytes } of open) await this.load(path, bytes);
    }
    return loaded;
  }

  async #read(
    source: SourceText,
    folder: string | undefined,
    open: { readonly path: string; readonly bytes: Uint8Array }[],
  ): Promise<LoadedFile> {
    let program: Program;
    try {
      program = parseProgram(source);
    } catch (error) {
      if (!isCapstanError(error)) throw error;
      return { source, program: undefined, problem: error, imports: new Map() };
    }
    const imports = new Map<string, Imported>();
    for (const reference of program.imports) {
      const known = imports.get(reference.path) ?? (await this.#find(reference, folder));
      imports.set(reference.path, known);
      if (known.kind === 'file' && reference.form === 'code') open.push(known);
    }
    return { source, program, problem: undefined, imports };
  }

  /** Looks beside the importing file, then in the libraries, the last of them first. */
  async #find({ path }: ImportReference, folder: string | undefined): Promise<Imported> {
    const missing = (why: string): Imported => ({
      kind: 'missing',
      message: `couldn't open import ${JSON.stringify(path)}: ${why}`,
    });
    if (path.startsWith('/')) return missing('only files of the repository can be imported');
    let why = 'no match locally or in the Jsonnet library paths';
    const folders = [...(folder === undefined ? [] : [folder]), ...[...(this.#options.libraries ?? [])].reverse()];
    for (const base of folders) {
      try {
        const candidate = joinPath(base, path);
        const [file] = await this.#tree.read([candidate]);
        if (file === undefined) continue;
        if (++this.#count > this.#options.maxFiles) throw limitProblem('the program imports too many files');
        return { kind: 'file', path: candidate, bytes: file.bytes };
      } catch (error) {
        if (!isCapstanError(error) || !error.code.startsWith('TREE_')) throw error;
        why = messageOf(error);
      }
    }
    return missing(why);
  }
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8').decode(bytes);
}
