import type { Cluster } from '../runtime/cluster.ts';
import {
  createMergePatch,
  isJsonObject,
  refOf,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
} from '@capstan/object';
import { STATUS_MANAGER } from './names.ts';

/** A change of an Application: fields of its status (null takes one away), its operation, annotations to drop. */
export interface ApplicationChange {
  readonly status?: JsonObject;
  readonly operation?: JsonObject | null;
  readonly dropAnnotations?: readonly string[];
  readonly finalizers?: readonly string[];
}

/** Writes Applications as Argo CD's controller does: merge patches, status included, for there is no subresource. */
export class ApplicationWriter {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /**
   * Makes a change where it is one; without a difference there is no request. `also` goes along with a write, but is no
   * reason for one. Returns the Application as it is then.
   */
  async write(
    object: KubernetesObject,
    change: ApplicationChange,
    options: { readonly signal: AbortSignal; readonly caller: string; readonly also?: JsonObject },
  ): Promise<KubernetesObject> {
    const patch = patchOf(object, change);
    if (Object.keys(patch).length === 0) return object;
    const also = options.also ?? {};
    const status = isJsonObject(patch['status']) ? { ...patch['status'], ...also } : also;
    const body = Object.keys(status).length === 0 ? patch : { ...patch, status };
    const written = await this.#cluster.client.patch(
      refOf(object),
      { kind: 'merge', patch: body },
      { fieldManager: STATUS_MANAGER, signal: options.signal, caller: options.caller },
    );
    this.#cluster.live.wrote(refOf(object), written);
    return written;
  }
}

/** The merge patch that makes a change; empty where it changes nothing. */
export function patchOf(object: KubernetesObject, change: ApplicationChange): JsonObject {
  const patch: Record<string, JsonValue> = {};
  if (change.status !== undefined) {
    const before = object['status'];
    const from = isJsonObject(before) ? before : {};
    const to: Record<string, JsonValue> = { ...from };
    for (const [key, value] of Object.entries(change.status)) {
      if (value === null) delete to[key];
      else to[key] = value;
    }
    const status = createMergePatch(from, to);
    if (isJsonObject(status) && Object.keys(status).length > 0) patch['status'] = status;
  }
  if (change.operation === null && object['operation'] !== undefined) patch['operation'] = null;
  if (isJsonObject(change.operation)) patch['operation'] = change.operation;
  const metadata: Record<string, JsonValue> = {};
  const annotations = annotationPatch(object, change.dropAnnotations ?? []);
  if (annotations !== undefined) metadata['annotations'] = annotations;
  if (change.finalizers !== undefined) {
    metadata['finalizers'] = change.finalizers.length === 0 ? null : change.finalizers;
    // Somebody else may have changed the list meanwhile.
    const { resourceVersion } = object.metadata;
    if (resourceVersion !== undefined) metadata['resourceVersion'] = resourceVersion;
  }
  if (Object.keys(metadata).length > 0) patch['metadata'] = metadata;
  return patch;
}

/** Takes annotations away, and the whole mapping where nothing is left of it; undefined where none of them is there. */
function annotationPatch(object: KubernetesObject, drop: readonly string[]): JsonValue | undefined {
  const { annotations } = object.metadata;
  if (!isJsonObject(annotations)) return undefined;
  const dropped = drop.filter((key) => Object.hasOwn(annotations, key));
  if (dropped.length === 0) return undefined;
  if (dropped.length === Object.keys(annotations).length) return null;
  return Object.fromEntries(dropped.map((key) => [key, null]));
}
