import type { Kustomization } from '@capstan/api';
import { getPath, isJsonObject, setKey, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import type { RenderRequest } from '@capstan/render';
import { normalizePath, type FileTree } from '@capstan/tree';
import { KUSTOMIZE_GROUP } from '../names.ts';

type Spec = NonNullable<Kustomization['spec']>;

/** The folder that a Kustomization builds, relative to its source. Throws TREE_PATH_INVALID where it leaves it. */
export function buildPath(spec: Spec): string {
  return normalizePath((spec.path ?? '').replace(/^\/+/, ''));
}

/** Whether a source has a folder; one that was emptied is there still where a file keeps it. */
export async function folderExists(tree: FileTree, path: string): Promise<boolean> {
  const [entries] = await tree.list([path]);
  return entries !== undefined;
}

/** What is asked of the renderer: the folder, or what Flux would generate for it, with the spec's fields laid over. */
export function renderRequestOf(spec: Spec): RenderRequest {
  const overlay: Record<string, JsonValue> = {};
  const put = (key: string, value: JsonValue | undefined): void => {
    if (value !== undefined) setKey(overlay, key, value);
  };
  put('namespace', spec.targetNamespace);
  put('namePrefix', spec.namePrefix);
  put('nameSuffix', spec.nameSuffix);
  put('components', spec.components);
  put('ignoreMissingComponents', spec.ignoreMissingComponents);
  put('buildMetadata', spec.buildMetadata);
  put(
    'patches',
    spec.patches?.map((entry) => plain(entry)),
  );
  put(
    'images',
    spec.images?.map((entry) => plain(entry)),
  );
  return { engine: 'kustomize', path: buildPath(spec), generate: true, order: 'input', kustomization: overlay };
}

/** A rendered object as it is applied: with the owner's marks and common metadata, without what the server sets. */
export function prepareObject(
  object: KubernetesObject,
  owner: { readonly namespace: string; readonly name: string },
  common: Spec['commonMetadata'],
): KubernetesObject {
  const marks = { [`${KUSTOMIZE_GROUP}/name`]: owner.name, [`${KUSTOMIZE_GROUP}/namespace`]: owner.namespace };
  const metadata: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(object.metadata))
    if (key !== 'creationTimestamp') setKey(metadata, key, value);
  setKey(metadata, 'labels', merged(getPath(object.metadata, 'labels'), marks, common?.labels));
  const annotations = merged(getPath(object.metadata, 'annotations'), common?.annotations);
  if (Object.keys(annotations).length > 0) setKey(metadata, 'annotations', annotations);
  const { status: _status, ...rest } = object;
  return { ...(isDefinition(object) ? object : rest), apiVersion: object.apiVersion, kind: object.kind, metadata };
}

/** The first object of a build that has no name or no kind, and so cannot be applied. */
export function findUnnamed(objects: readonly KubernetesObject[]): KubernetesObject | undefined {
  return objects.find(({ apiVersion, kind, metadata }) => {
    const name = metadata['name'];
    return typeof name !== 'string' || name === '' || kind === '' || apiVersion === '';
  });
}

// CRDs keep their status: kstatus reads it.
function isDefinition(object: KubernetesObject): boolean {
  return object.kind === 'CustomResourceDefinition';
}

function merged(
  base: JsonValue | undefined,
  ...over: readonly (Readonly<Record<string, string>> | undefined)[]
): JsonObject {
  const result: Record<string, JsonValue> = {};
  for (const source of [isJsonObject(base) ? base : {}, ...over])
    for (const [key, value] of Object.entries(source ?? {})) setKey(result, key, value ?? '');
  return result;
}

function plain(value: object): JsonObject {
  const result: Record<string, JsonValue> = {};
  for (const [key, entry] of Object.entries(value)) {
    if (entry === undefined) continue;
    setKey(
      result,
      key,
      typeof entry === 'object' && entry !== null && !Array.isArray(entry)
        ? plain(entry as object)
        : (entry as JsonValue),
    );
  }
  return result;
}
