import { CapstanError, isCapstanError, messageOf } from '@capstan/errors';
import { isJsonObject, type JsonObject, type JsonValue } from '@capstan/object';
import { baseName, joinPath, type FileTree } from '@capstan/tree';
import type { RenderLimits } from '../limits.ts';
import type { JsonnetSource } from '../render-request.ts';
import { evaluateJsonnet } from './evaluate.ts';

/**
 * The objects that a Jsonnet program of a folder puts out: one, or an array of them. Imports are looked for beside the
 * importing file, then in the libraries, the last first, then in the folder. Throws RENDER_INVALID, RENDER_LIMIT.
 */
export async function renderJsonnet(
  tree: FileTree,
  folder: string,
  path: string,
  source: JsonnetSource | undefined,
  limits: RenderLimits,
): Promise<readonly JsonObject[]> {
  const { libs = [], extVars = [], tlas = [] } = source ?? {};
  const libraries = [folder, ...libs.map(libraryFolder)];
  let output: JsonValue;
  try {
    output = await evaluateJsonnet(tree, path, { extVars, tlas, libraries, maxFiles: limits.maxFiles });
  } catch (error) {
    if (!isCapstanError(error, 'RENDER_INVALID', 'RENDER_LIMIT')) throw error;
    throw new CapstanError(error.code, `Failed to evaluate jsonnet "${baseName(path)}": ${error.message}`, {
      data: { ...error.data, path },
      cause: error,
    });
  }
  const objects = Array.isArray(output) ? (output as readonly JsonValue[]).filter((item) => item !== null) : [output];
  return objects.map((object) => {
    if (isJsonObject(object) && typeof object['kind'] === 'string' && object['kind'] !== '') return object;
    throw new CapstanError(
      'RENDER_INVALID',
      `Failed to unmarshal generated json "${baseName(path)}": ${isJsonObject(object) ? "Object 'Kind' is missing" : 'it holds a value that is no object'}`,
      { data: { path } },
    );
  });
}

/** A library folder, from the root of the tree. What leads out of it is refused. */
function libraryFolder(library: string): string {
  try {
    return joinPath('', library.replace(/^\/+/, ''));
  } catch (error) {
    if (!isCapstanError(error, 'TREE_PATH_INVALID')) throw error;
    throw new CapstanError(
      'RENDER_INVALID',
      `jsonnet library '${library}' resolved to outside repository root: ${messageOf(error)}`,
      { data: { path: library } },
    );
  }
}
