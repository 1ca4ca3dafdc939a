import { CapstanError, isCapstanError, messageOf } from '@capstan/errors';
import { matchesGlob } from '@capstan/expressions/glob';
import { getKey, isJsonObject, parseJson, parseObject, type JsonObject, type JsonValue } from '@capstan/object';
import { normalizePath, walkTree, type FileTree } from '@capstan/tree';
import { parseDocuments } from '@capstan/yaml';
import { decodeUtf8 } from '../kustomize/bytes.ts';
import { beyondLimit, invalid } from '../kustomize/problem.ts';
import type { RenderLimits } from '../limits.ts';
import type { RenderedObject } from '../manifests.ts';
import { renderJsonnet } from '../jsonnet/render-jsonnet.ts';
import type { DirectoryOptions } from '../render-request.ts';

/** Bytes that the manifests of one folder may have together, as Argo CD has it by default. */
export const MAX_COMBINED_MANIFEST_BYTES = 10 * 1024 * 1024;

const SKIP_MARKER = '+argocd:skip-file-rendering';

interface Parsed {
  readonly value: JsonObject;
  readonly document: number;
  readonly line?: number;
}

/**
 * Reads the plain manifests of a folder as Argo CD does: files in the order of a walk, documents in theirs, lists
 * replaced by their items. A YAML file that is broken and does not look like a manifest is left out. Throws
 * RENDER_INVALID for a broken manifest or program, RENDER_LIMIT beyond MAX_COMBINED_MANIFEST_BYTES.
 */
export async function renderDirectory(
  tree: FileTree,
  path: string,
  options: DirectoryOptions,
  limits: RenderLimits,
): Promise<readonly RenderedObject[]> {
  const root = normalizePath(path);
  const paths = await manifestPaths(tree, root, options);
  if (paths.length > limits.maxFiles) throw beyondLimit(`${root || '.'} holds more than ${limits.maxFiles} manifests`);
  const files = await tree.read(paths);
  const objects: RenderedObject[] = [];
  let total = 0;
  for (const [index, file] of paths.entries()) {
    const bytes = files[index]?.bytes;
    // A link that leads to nothing is no manifest.
    if (bytes === undefined) continue;
    const text = textOf(bytes, file);
    if (text.includes(SKIP_MARKER)) continue;
    if (file.endsWith('.jsonnet')) {
      for (const object of await renderJsonnet(tree, root, file, options.jsonnet, limits))
        addObjects({ value: object, document: 0 }, file, objects);
      checkCount(objects, root, limits);
      continue;
    }
    total += bytes.length;
    if (total > MAX_COMBINED_MANIFEST_BYTES) {
      throw beyondLimit(
        `failed to get potentially valid manifests: exceeded max combined manifest file size (${MAX_COMBINED_MANIFEST_BYTES} bytes) in ${root || '.'}`,
      );
    }
    for (const parsed of parseFile(text, file)) addObjects(parsed, file, objects);
    checkCount(objects, root, limits);
  }
  return objects;
}

function checkCount(objects: readonly RenderedObject[], root: string, limits: RenderLimits): void {
  if (objects.length > limits.maxObjects)
    throw beyondLimit(`${root || '.'} holds more than ${limits.maxObjects} objects`);
}

async function manifestPaths(tree: FileTree, root: string, options: DirectoryOptions): Promise<string[]> {
  const entries = await walk(tree, root, options.recurse);
  const { include = '', exclude = '', withoutJsonnet = false } = options;
  const start = root === '' ? 0 : root.length + 1;
  return entries
    .filter(
      ({ kind, name }) =>
        kind === 'file' && (options.disableExtensionFilter === true || /\.(yaml|yml|json|jsonnet)$/.test(name)),
    )
    .map(({ path }) => path)
    .filter((path) => !(withoutJsonnet && path.endsWith('.jsonnet')))
    .filter((path) => {
      const relative = path.slice(start);
      return !(exclude !== '' && matchesGlob(exclude, relative)) && (include === '' || matchesGlob(include, relative));
    });
}

async function walk(tree: FileTree, root: string, recurse: boolean) {
  try {
    return await walkTree(tree, root, recurse);
  } catch (error) {
    if (!isCapstanError(error, 'TREE_PATH_NOT_FOUND')) throw error;
    throw new CapstanError('RENDER_NOT_FOUND', `${root}: app path does not exist`, {
      data: { path: root },
      cause: error,
    });
  }
}

function textOf(bytes: Uint8Array, path: string): string {
  const text = decodeUtf8(bytes);
  if (text === undefined) throw invalid(`Failed to unmarshal "${path}": it is not valid UTF-8`, { path });
  return text.replace(/^\uFEFF/, '');
}

function parseFile(text: string, path: string): readonly Parsed[] {
  return path.endsWith('.json') ? [parseJsonFile(text, path)] : parseYamlFile(text, path);
}

function parseJsonFile(text: string, path: string): Parsed {
  let value: JsonValue;
  try {
    value = parseJson(text);
  } catch (error) {
    throw failure(error, path);
  }
  return { value: manifest(value, path), document: 0 };
}

function parseYamlFile(text: string, path: string): readonly Parsed[] {
  const parsed: Parsed[] = [];
  try {
    for (const { value, line, index } of parseDocuments(text, { rules: 'v2', source: path })) {
      if (value !== null) parsed.push({ value: manifest(value, path), document: index, line });
    }
  } catch (error) {
    const looksLikeManifest = ['apiVersion:', 'kind:', 'metadata:'].every((key) => text.includes(key));
    if (parsed.length > 0 || looksLikeManifest) throw failure(error, path);
    return [];
  }
  return parsed;
}

function failure(error: unknown, path: string): unknown {
  if (!isCapstanError(error)) return error;
  const name = path.slice(path.lastIndexOf('/') + 1);
  return invalid(
    `Failed to unmarshal "${name}": failed to unmarshal manifest: ${messageOf(error)}`,
    { ...error.data, path },
    error,
  );
}

function manifest(value: JsonValue, path: string): JsonObject {
  if (!isJsonObject(value))
    throw invalid(`${path}: cannot unmarshal a value that is no mapping into an object`, { path });
  const kind = getKey(value, 'kind');
  if (typeof kind !== 'string' || kind === '') throw invalid(`Object 'Kind' is missing in ${path}`, { path });
  return value;
}

function addObjects({ value, document, line }: Parsed, path: string, into: RenderedObject[]): void {
  const origin = { path, document, ...(line === undefined ? {} : { line }) };
  const items = getKey(value, 'items');
  if (items === null && getKey(value, 'spec') === undefined && getKey(value, 'status') === undefined) return;
  const objects = Array.isArray(items) ? (items as readonly JsonValue[]) : [value];
  for (const object of objects) into.push({ object: parseObject(object, path), origin });
}
