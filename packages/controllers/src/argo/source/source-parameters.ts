import { ApplicationSource } from '@capstan/api';
import { CapstanError, isCapstanError, messageOf } from '@capstan/errors';
import { getKey, isJsonObject, setKey, type JsonObject, type JsonValue } from '@capstan/object';
import { childPath, type FileTree } from '@capstan/tree';
import { parse } from '@capstan/yaml';
import { plain, type Source } from '../application.ts';

/**
 * A source with what the files `.argocd-source.yaml` and `.argocd-source-NAME.yaml` of its folder lay over it, in that
 * order. They cannot change where it comes from. A null in them changes nothing, as in Argo CD. Throws RENDER_INVALID for
 * a file that cannot be read.
 */
export async function withFileParameters(
  tree: FileTree,
  folder: string,
  source: Source,
  applicationName: string,
): Promise<Source> {
  const names = ['.argocd-source.yaml', `.argocd-source-${applicationName}.yaml`];
  const paths = names.map((name) => childPath(folder, name));
  const files = await tree.read(paths);
  let merged = plain(source);
  for (const [index, path] of paths.entries()) {
    const file = files[index];
    if (file !== undefined) merged = overlay(merged, file.bytes, path);
  }
  const { repoURL, path, targetRevision, chart } = plain(source);
  const kept: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(merged))
    if (!['repoURL', 'path', 'targetRevision', 'chart'].includes(key)) setKey(kept, key, value);
  for (const [key, value] of Object.entries({ repoURL, path, targetRevision, chart }))
    if (value !== undefined) setKey(kept, key, value);
  return ApplicationSource.parse(kept);
}

function overlay(source: JsonObject, bytes: Uint8Array, path: string): JsonObject {
  const invalid = (why: string, cause?: unknown) =>
    new CapstanError('RENDER_INVALID', `error while parsing source parameters: ${path}: ${why}`, {
      data: { path },
      ...(cause === undefined ? {} : { cause }),
    });
  let patch: JsonValue;
  try {
    patch = parse(new TextDecoder().decode(bytes), { rules: 'v2', source: path });
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    throw invalid(messageOf(error), error);
  }
  if (patch === null) return source;
  if (!isJsonObject(patch)) throw invalid('Invalid JSON Patch');
  const merged = merge(source, patch);
  const checked = ApplicationSource.safeParse(merged);
  if (checked.success) return merged;
  const [issue] = checked.error.issues;
  throw invalid(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it is no source'}`);
}

function merge(target: JsonObject, patch: JsonObject): JsonObject {
  const merged: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(target)) setKey(merged, key, value);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) continue;
    const before = getKey(merged, key);
    setKey(merged, key, isJsonObject(value) ? merge(isJsonObject(before) ? before : {}, value) : value);
  }
  return merged;
}
