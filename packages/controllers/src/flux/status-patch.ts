import { CapstanError, isCapstanError } from '@capstan/errors';
import type { KubeClient } from '@capstan/kube';
import {
  createMergePatch,
  isJsonObject,
  refOf,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
} from '@capstan/object';

/** Where a resource's status and finalizers are written, and as whom. */
export interface StatusWriter {
  readonly client: KubeClient;
  readonly manager: string;
  readonly signal: AbortSignal;
}

/** Writes a status where it differs from what the object has; without a difference there is no request. */
export async function writeStatus(
  writer: StatusWriter,
  object: KubernetesObject,
  status: object,
): Promise<KubernetesObject> {
  const before = object['status'];
  const patch = createMergePatch(isJsonObject(before) ? before : {}, plainStatus(status));
  if (isJsonObject(patch) && Object.keys(patch).length === 0) return object;
  return writer.client.patch(
    refOf(object),
    { kind: 'merge', patch: { status: patch } },
    { fieldManager: writer.manager, subresource: 'status', signal: writer.signal },
  );
}

// A view keeps what it does not know as unknown; it came from JSON and is JSON.
function plainStatus(status: object): JsonObject {
  const entries = Object.entries(status).filter(([, value]) => value !== undefined);
  const plain: unknown = Object.fromEntries(entries);
  if (!isJsonObject(plain)) throw new CapstanError('OBJECT_INVALID', 'a status is not a mapping');
  return plain;
}

/** Adds or removes a finalizer; the patch fails when somebody else has changed the list meanwhile. */
export async function writeFinalizer(
  writer: StatusWriter,
  object: KubernetesObject,
  finalizer: string,
  wanted: boolean,
): Promise<KubernetesObject> {
  const current = finalizersOf(object);
  if (current.includes(finalizer) === wanted) return object;
  const finalizers = wanted ? [...current, finalizer] : current.filter((entry) => entry !== finalizer);
  const metadata: Record<string, JsonValue> = { finalizers: finalizers.length === 0 ? null : finalizers };
  const resourceVersion = object.metadata['resourceVersion'];
  if (resourceVersion !== undefined) metadata['resourceVersion'] = resourceVersion;
  try {
    return await writer.client.patch(
      refOf(object),
      { kind: 'merge', patch: { metadata } },
      { fieldManager: writer.manager, signal: writer.signal },
    );
  } catch (error) {
    // It has gone already: whoever holds it lets go of what is not there any more.
    if (!wanted && isCapstanError(error, 'KUBE_NOT_FOUND')) return object;
    throw error;
  }
}

/** The finalizers of an object. */
export function finalizersOf(object: KubernetesObject): readonly string[] {
  const list = object.metadata['finalizers'];
  return Array.isArray(list) ? list.filter((entry): entry is string => typeof entry === 'string') : [];
}
