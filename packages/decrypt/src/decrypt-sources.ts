import { CapstanError, isCapstanError } from '@capstan/errors';
import { isJsonObject, type JsonObject, type JsonValue } from '@capstan/object';
import { baseName, childPath, overlayTree, parentPath, walkTree, type FileTree } from '@capstan/tree';
import { parse } from '@capstan/yaml';
import { decryptData, type DecryptOptions } from './decrypt-data.ts';
import { formatForPath, looksEncrypted } from './detect-format.ts';
import type { Format } from './formats/format.ts';
import { beyond, invalid } from './problem.ts';
import { securePath } from './secure-path.ts';

/** What is decrypted of a tree. */
export interface SourcesRequest {
  /** The folder that is built. */
  readonly path: string;
  /** Folders that are built along with it, relative to it. */
  readonly components: readonly string[];
}

const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
/** Folders with a kustomization that one build may stand on. */
const MAX_KUSTOMIZATIONS = 5000;
const MAX_KUSTOMIZATION_BYTES = 1024 * 1024;

/**
 * A tree in which the files that kustomizations make Secrets of, and their patches, are decrypted: those that `files` and
 * `envs` of a secretGenerator and `path` of a patch name, of the kustomization at `path` and of all that it stands on.
 * The plain content is in memory only. Throws DECRYPT_*; a path cannot leave the tree.
 */
export async function decryptSources(
  tree: FileTree,
  request: SourcesRequest,
  options: DecryptOptions,
): Promise<FileTree> {
  const walk = new SourceWalk(tree, options);
  await walk.start(request);
  return walk.plain.size === 0 ? tree : overlayTree(tree, Object.fromEntries(walk.plain));
}

class SourceWalk {
  readonly plain = new Map<string, Uint8Array>();
  readonly #tree: FileTree;
  readonly #options: DecryptOptions;
  readonly #seen = new Set<string>();
  readonly #folders = new Set<string>();

  constructor(tree: FileTree, options: DecryptOptions) {
    this.#tree = tree;
    this.#options = options;
  }

  async start({ path, components }: SourcesRequest): Promise<void> {
    const folder = securePath(path);
    const file = await this.#kustomizationIn(folder);
    // Without a kustomization Flux makes one, on all folders below that have one.
    const below = file === undefined ? await this.#bases(folder) : [];
    this.#folders.add(folder);
    if (file !== undefined) await this.#visit(folder, await this.#load(file));
    for (const base of below) await this.#enter(base);
    for (const component of components) await this.#enter(securePath(component, folder));
  }

  /** What is no folder is a file of objects, a URL, or a mistake that the build tells of. */
  async #enter(folder: string): Promise<void> {
    if (this.#folders.has(folder)) return;
    this.#folders.add(folder);
    if (this.#folders.size > MAX_KUSTOMIZATIONS) throw beyond(`more than ${MAX_KUSTOMIZATIONS} folders are built`);
    const [listing] = await this.#tree.list([folder]);
    if (listing === undefined) return;
    const file = await this.#kustomizationIn(folder);
    if (file === undefined) throw invalid(`no kustomization file found in ${folder || '.'}`);
    await this.#visit(folder, await this.#load(file));
  }

  async #visit(folder: string, kustomization: JsonObject): Promise<void> {
    for (const generator of listAt(kustomization, 'secretGenerator')) {
      for (const source of textsAt(generator, 'files')) {
        const [key = '', file = key] = splitOnce(source, '=');
        await this.#decrypt(securePath(file, folder), formatForPath(key));
      }
      for (const source of textsAt(generator, 'envs')) {
        const format = formatForPath(source);
        await this.#decrypt(securePath(source, folder), format === 'binary' ? 'dotenv' : format);
      }
    }
    for (const patch of listAt(kustomization, 'patches')) {
      const file = fieldOf(patch, 'path');
      if (typeof file === 'string' && file !== '' && !isRemote(file))
        await this.#decrypt(securePath(file, folder), formatForPath(file));
    }
    for (const field of ['resources', 'components'])
      for (const resource of textsAt(kustomization, field)) await this.#enter(securePath(resource, folder));
  }

  async #decrypt(path: string, format: Format): Promise<void> {
    if (this.#seen.has(path)) return;
    this.#seen.add(path);
    const [file] = await this.#tree.read([path]);
    if (file === undefined) throw invalid(`${path}: no such file`);
    if (!looksEncrypted(file.bytes, format)) return;
    try {
      this.plain.set(path, await decryptData(file.bytes, format, format, this.#options));
    } catch (error) {
      if (!isCapstanError(error)) throw error;
      throw new CapstanError(error.code, `${path}: ${error.message}`, { data: { ...error.data, path } });
    }
  }

  async #kustomizationIn(folder: string): Promise<string | undefined> {
    const paths = NAMES.map((name) => childPath(folder, name));
    const found = await this.#tree.read(paths);
    const present = paths.filter((_, index) => found[index] !== undefined);
    if (present.length > 1) throw invalid(`found multiple kustomization files in ${folder || '.'}`);
    return present[0];
  }

  async #load(path: string): Promise<JsonObject> {
    const [file] = await this.#tree.read([path]);
    const bytes = file?.bytes ?? new Uint8Array();
    if (bytes.length > MAX_KUSTOMIZATION_BYTES) throw beyond(`${path} is larger than ${MAX_KUSTOMIZATION_BYTES} bytes`);
    const value = parse(bytes, { rules: 'v2', source: path, documents: 'first' });
    return isJsonObject(value) ? value : {};
  }

  async #bases(folder: string): Promise<readonly string[]> {
    const entries = await walkTree(this.#tree, folder);
    const bases = new Set(
      entries.filter(({ kind, name }) => kind === 'file' && NAMES.includes(name)).map(({ path }) => parentPath(path)),
    );
    const isBelowBase = (at: string): boolean => {
      for (let above = parentPath(at); above.length > folder.length; above = parentPath(above))
        if (bases.has(above)) return true;
      return false;
    };
    return [...bases].filter((base) => base !== folder && baseName(base) !== '' && !isBelowBase(base));
  }
}

/** Fields of a kustomization are found whatever their case, as Go's decoder does. */
function fieldOf(object: JsonObject, name: string): JsonValue | undefined {
  if (Object.hasOwn(object, name)) return object[name];
  const key = Object.keys(object).find((one) => one.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : object[key];
}

function listAt(object: JsonObject, name: string): readonly JsonObject[] {
  const value = fieldOf(object, name);
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter(isJsonObject) : [];
}

function textsAt(object: JsonObject, name: string): readonly string[] {
  const value = fieldOf(object, name);
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter((one) => typeof one === 'string') : [];
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

function isRemote(path: string): boolean {
  return URL.canParse(path) && new URL(path).host !== '';
}
