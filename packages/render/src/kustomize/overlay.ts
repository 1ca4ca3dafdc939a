import { encodeJson, getKey, isJsonObject, type JsonArray, type JsonObject, type JsonValue } from '@capstan/object';
import {
  childPath,
  leavesOut,
  normalizePath,
  overlayTree,
  walkTree,
  type FileTree,
  type IgnoreRule,
} from '@capstan/tree';
import { decodeUtf8 } from './bytes.ts';
import { readConfigFile, readResources } from './documents.ts';
import { addAnnotations, addLabels } from './edit-add.ts';
import { kustomizationPaths, tryJoin } from './files.ts';
import { KUSTOMIZATION_NAMES } from './kustomization.ts';
import { kustomizationShape } from './kustomization-fields.ts';
import { ignoreRules, withDefaults, withoutIgnored } from './left-out.ts';
import { invalid, notFound } from './problem.ts';
import { isLocalRelativePath } from './remote.ts';
import { keepKnown } from './shape.ts';
import { isCapstanError, messageOf } from '@capstan/errors';

/** What is laid over a folder's kustomization, and whether one is made where there is none. */
export interface OverlayRequest {
  readonly path: string;
  readonly generate: boolean;
  /**
   * Fields of a kustomization, and three that are none: `ignoreMissingComponents` leaves out components that are not
   * there; `addLabels` (`pairs`, `withoutSelector`, `includeTemplates`, `force`) and `addAnnotations` (`pairs`, `force`)
   * add as `kustomize edit add` does, which fails for a key that is there already unless it is forced.
   */
  readonly kustomization?: JsonObject;
  /**
   * Leaves out of the folder's kustomization what its `.sourceignore` files, these rules after them and Flux's own leave
   * out, as `flux build kustomization --ignore-paths` does; the controllers do not.
   */
  readonly ignore?: string;
}

const API_VERSION = 'kustomize.config.k8s.io/v1beta1';

/**
 * The tree with the kustomization at `path` as a controller makes it before it builds: made from the manifests in the
 * folder where there is none and `generate` is set, as Flux does, and with the fields of `kustomization` laid over it.
 */
export async function layOver(tree: FileTree, request: OverlayRequest): Promise<FileTree> {
  const path = normalizePath(request.path);
  const laid = await layOverFile(tree, { ...request, path });
  return laid === undefined ? tree : overlayTree(tree, { [laid.path]: encodeJson(laid.kustomization) });
}

/** The kustomization that `layOver` puts in place, and where; undefined where the folder's own stays as it is. */
export async function layOverFile(
  tree: FileTree,
  request: OverlayRequest,
): Promise<{ readonly path: string; readonly kustomization: JsonObject } | undefined> {
  const { path, generate, kustomization: overlay = {}, ignore } = request;
  const rules = ignore === undefined ? [] : await ignoreRules(tree, path, ignore);
  if (!generate && Object.keys(overlay).length === 0) return undefined;
  const paths = kustomizationPaths(path);
  const found = await tree.read(paths);
  const index = found.findIndex((file) => file !== undefined);
  const file = paths[index];
  if (file === undefined) {
    if (!generate) return undefined;
    const made = await generateKustomization(tree, path, rules);
    const full = await merge(tree, path, await withoutIgnored(tree, path, made, ignore, rules), overlay);
    return { path: childPath(path, KUSTOMIZATION_NAMES[0]), kustomization: full };
  }
  const read = ownKustomization(found[index]?.bytes ?? new Uint8Array(), file, generate);
  const own = await withoutIgnored(tree, path, read, ignore, rules);
  return { path: file, kustomization: await merge(tree, path, own, overlay) };
}

function ownKustomization(bytes: Uint8Array, path: string, generate: boolean): JsonObject {
  const text = decodeUtf8(bytes);
  if (text === undefined) throw invalid(`${path} is not valid UTF-8`, { path });
  const value = readConfigFile(text, path) ?? {};
  if (!isJsonObject(value)) throw invalid(`${path}: a kustomization must be a mapping`, { path });
  if (!generate) return value;
  // Flux reads leniently and writes what it knows, and asks for origins where nothing else stands in the file.
  const own = { apiVersion: API_VERSION, kind: 'Kustomization', ...keepKnown(value, kustomizationShape) };
  return listOf(own, 'resources').length === 0 ? { ...own, buildMetadata: ['originAnnotations'] } : own;
}

/** A kustomization of the manifests in a folder and below it; folders with a kustomization of their own stand as one. */
async function generateKustomization(tree: FileTree, path: string, rules: readonly IgnoreRule[]): Promise<JsonObject> {
  const [listing] = await tree.list([path]);
  if (listing === undefined) {
    throw notFound(`kustomization path not found: there is no folder '${path || '.'}'`, { path });
  }
  const resources = await scanManifests(tree, path, rules);
  const made = { apiVersion: API_VERSION, kind: 'Kustomization' };
  return resources.length === 0 ? { ...made, namespace: '_placeholder' } : { ...made, resources };
}

/**
 * Flux's scan: YAML files that hold Kubernetes objects, in the order of a walk, without those that rules leave out.
 * Throws RENDER_INVALID for files that hold others.
 */
export async function scanManifests(
  tree: FileTree,
  path: string,
  rules: readonly IgnoreRule[] = [],
): Promise<string[]> {
  const entries = await walkTree(tree, path);
  const isKustomization = (name: string) => (KUSTOMIZATION_NAMES as readonly string[]).includes(name);
  const bases = new Set(
    entries
      .filter(({ kind, name }) => kind === 'file' && isKustomization(name))
      .map((entry) => entry.path.slice(0, Math.max(entry.path.length - entry.name.length - 1, 0)))
      .filter((folder) => folder !== path),
  );
  const below = path === '' ? 0 : path.length + 1;
  const all = rules.length === 0 ? [] : withDefaults(rules);
  const isIgnored = (at: string): boolean => all.length > 0 && leavesOut(all, at.slice(below), 'file');
  const isBelowBase = (at: string): boolean => {
    for (let slash = at.lastIndexOf('/'); slash > path.length; slash = at.lastIndexOf('/', slash - 1)) {
      if (bases.has(at.slice(0, slash))) return true;
    }
    return false;
  };
  const picked = entries.filter(
    (entry) =>
      !isBelowBase(entry.path) &&
      (entry.kind === 'directory'
        ? bases.has(entry.path)
        : /\.ya?ml$/.test(entry.name) && !isKustomization(entry.name) && !isIgnored(entry.path)),
  );
  const files = picked.filter(({ kind }) => kind === 'file');
  const contents = await tree.read(files.map((file) => file.path));
  files.forEach((file, index) => checkManifest(file.path, contents[index]?.bytes));
  const start = path === '' ? 0 : path.length + 1;
  return picked.map((entry) => `./${entry.path.slice(start)}`);
}

function checkManifest(path: string, bytes: Uint8Array | undefined): void {
  const text = bytes === undefined ? undefined : decodeUtf8(bytes);
  if (text === undefined)
    throw invalid(`failed to decode Kubernetes YAML from ${path}: it is not valid UTF-8`, { path });
  try {
    readResources(text, path);
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    throw invalid(`failed to decode Kubernetes YAML from ${path}: ${messageOf(error)}`, { ...error.data, path }, error);
  }
}

/** Fields that the overlay replaces, that it adds to as lists, and that it adds to as mappings. */
const REPLACED = ['namespace', 'namePrefix', 'nameSuffix', 'buildMetadata', 'sortOptions'];
const APPENDED = ['resources', 'patches', 'patchesStrategicMerge', 'patchesJson6902', 'labels', 'replacements'];
const EXTENDED = ['commonLabels', 'commonAnnotations'];

async function merge(tree: FileTree, path: string, own: JsonObject, overlay: JsonObject): Promise<JsonObject> {
  const result: Record<string, JsonValue> = { ...own };
  for (const [name, value] of Object.entries(overlay)) {
    if (REPLACED.includes(name)) {
      if (!Array.isArray(value) || value.length > 0) result[name] = value;
    } else if (APPENDED.includes(name)) result[name] = [...listOf(own, name), ...asList(value, name)];
    else if (EXTENDED.includes(name)) result[name] = { ...asMapping(getKey(own, name)), ...asMapping(value) };
    else if (name === 'images') result[name] = mergeImages(listOf(own, name), asList(value, name));
    else if (name === 'replicas') result[name] = mergeByName(listOf(own, name), asList(value, name));
    else if (name === 'components') {
      const ignoreMissing = getKey(overlay, 'ignoreMissingComponents') === true;
      const present = await components(tree, path, asList(value, name), ignoreMissing);
      if (present.length > 0) result[name] = [...listOf(own, name), ...present];
    } else if (name === 'addLabels') Object.assign(result, addLabels(own, asMapping(value)));
    else if (name === 'addAnnotations') Object.assign(result, addAnnotations(own, asMapping(value)));
    else if (name !== 'ignoreMissingComponents') {
      throw invalid(`the field ${name} cannot be laid over a kustomization`, { field: name });
    }
  }
  return result;
}

async function components(tree: FileTree, path: string, wanted: JsonArray, ignoreMissing: boolean): Promise<JsonArray> {
  const present: JsonValue[] = [];
  for (const component of wanted) {
    if (typeof component !== 'string' || !isLocalRelativePath(component)) {
      throw invalid(
        `component path '${typeof component === 'string' ? component : 'that is no text'}' must be local and relative`,
      );
    }
    const folder = tryJoin(path, component);
    const [listing] = folder === undefined ? [] : await tree.list([folder]);
    if (listing !== undefined || !ignoreMissing) present.push(component);
  }
  return present;
}

/** A tag and a digest are taken over together: one replaces the other. */
function mergeImages(own: JsonArray, more: JsonArray): JsonArray {
  const images = own.map((image) => ({ ...asMapping(image) }));
  for (const image of more.map((item) => asMapping(item))) {
    const known = images.find((other) => other['name'] === image['name']);
    if (known === undefined) {
      images.push({ ...image });
      continue;
    }
    if (hasText(image, 'newName')) known['newName'] = image['newName'] ?? '';
    if (hasText(image, 'newTag') || hasText(image, 'digest')) {
      known['newTag'] = image['newTag'] ?? '';
      known['digest'] = image['digest'] ?? '';
    }
  }
  return images;
}

function mergeByName(own: JsonArray, more: JsonArray): JsonArray {
  const names = new Set(more.map((item) => asMapping(item)['name']));
  return [...own.filter((item) => !names.has(asMapping(item)['name'])), ...more];
}

function hasText(object: JsonObject, key: string): boolean {
  const value = getKey(object, key);
  return typeof value === 'string' && value !== '';
}

function asMapping(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function asList(value: JsonValue, name: string): JsonArray {
  if (!Array.isArray(value)) throw invalid(`the field ${name} that is laid over a kustomization must be a list`);
  return value as JsonArray;
}

function listOf(object: JsonObject, key: string): JsonArray {
  const value = getKey(object, key);
  return Array.isArray(value) ? (value as JsonArray) : [];
}
