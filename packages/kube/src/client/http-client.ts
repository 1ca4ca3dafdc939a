import { CapstanError, isCapstanError } from '@capstan/errors';
import {
  isJsonObject,
  refOf,
  type GroupVersionKind,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
} from '@capstan/object';
import type { Target, VersionedRef } from '@capstan/object';
import type { Clock } from '../clock.ts';
import type { ApiResource, Discovery } from '../discovery/discovery.ts';
import { collectionPath, objectPath, withQuery, type Query } from './api-path.ts';
import type {
  CallOptions,
  DeleteOptions,
  DeleteResult,
  KubeClient,
  ListOptions,
  ObjectList,
  Patch,
  PatchOptions,
  RawAnswer,
  RawRequest,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from './kube-client.ts';
import { listPages, METADATA_ACCEPT } from './list-pages.ts';
import { asObject, decodeMapping, encodeBody } from './object-codec.ts';
import { DEFAULT_TIMEOUT_MS, type ApiCall, type Requester } from './requester.ts';
import { watchConnection } from './watch-connection.ts';

/** What a client stands on. */
export interface ClientParts {
  readonly target: Target;
  readonly discovery: Discovery;
  readonly requester: Requester;
  readonly clock: Clock;
  readonly server: string;
}

/** Makes the client of one target. */
export function httpClient(parts: ClientParts): KubeClient {
  const { discovery, requester } = parts;
  const resourceOf: ResourceOf = (kind, options = {}) => resolveKind(parts, kind, options);

  const send = async (call: ApiCall, options: CallOptions): Promise<KubernetesObject> =>
    asObject(decodeMapping((await requester.call(call, options)).body));

  const get = async (ref: VersionedRef, options: CallOptions & { readonly subresource?: string } = {}) => {
    const resource = await resourceOf(ref, options);
    const path = objectPath(resource, ref, options.subresource);
    return send({ method: 'GET', path, resource: resource.resource }, options);
  };

  const patch = async (ref: VersionedRef, what: Patch, options: PatchOptions = {}): Promise<KubernetesObject> => {
    const resource = await resourceOf(ref, options);
    const path = withQuery(objectPath(resource, ref, options.subresource), patchQuery(what, options));
    return send({ method: 'PATCH', path, resource: resource.resource, ...patchBody(what, options) }, options);
  };

  return {
    target: parts.target,
    discovery,
    get,
    patch,
    find: async (ref, options = {}) => {
      try {
        return await get(ref, options);
      } catch (error) {
        if (isCapstanError(error, 'KUBE_NOT_FOUND')) return undefined;
        throw error;
      }
    },
    list: (kind, options = {}) => list(requester, resourceOf, kind, options),
    listAll: (kind, options = {}) => listAll(list(requester, resourceOf, kind, options)),
    create: async (object, options = {}) => {
      const resource = await resourceOf(refOf(object), options);
      const path = createPath(resource, object, options);
      const dry = options.dryRun === true ? { repeatable: true } : {};
      return send({ method: 'POST', path, resource: resource.resource, body: encodeBody(object), ...dry }, options);
    },
    update: async (object, options = {}) => {
      const ref = refOf(object);
      const resource = await resourceOf(ref, options);
      const path = withQuery(objectPath(resource, ref, options.subresource), writeQuery(options));
      const dry = options.dryRun === true ? { repeatable: true } : {};
      return send({ method: 'PUT', path, resource: resource.resource, body: encodeBody(object), ...dry }, options);
    },
    apply: (object, options) => patch(refOf(object), { kind: 'apply', object }, options),
    delete: (ref, options = {}) => deleteObject(requester, resourceOf, ref, options),
    watch: (kind, options = {}) => watch(parts, resourceOf, kind, options),
    raw: (request) => raw(requester, request),
  };
}

/** How a kind is served; waits for discovery no longer than the call may take. */
async function resolveKind(parts: ClientParts, kind: GroupVersionKind, options: CallOptions): Promise<ApiResource> {
  const known = parts.discovery.current(kind);
  if (known !== undefined) return known;
  const milliseconds = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const late = new AbortController();
  const cancel = parts.clock.after(milliseconds, () => {
    const text = `what the cluster serves could not be read within ${milliseconds} ms`;
    late.abort(new CapstanError('KUBE_TIMEOUT', text, { data: { server: parts.server } }));
  });
  try {
    const signal = options.signal === undefined ? late.signal : AbortSignal.any([options.signal, late.signal]);
    return await parts.discovery.resourceFor(kind, { signal });
  } finally {
    cancel();
  }
}

type ResourceOf = (kind: GroupVersionKind, options?: CallOptions) => Promise<ApiResource>;

async function* list(requester: Requester, resourceOf: ResourceOf, kind: GroupVersionKind, options: ListOptions) {
  yield* listPages(requester, await resourceOf(kind, options), options);
}

async function listAll(pages: ReturnType<typeof list>): Promise<ObjectList> {
  let items: KubernetesObject[] = [];
  let resourceVersion = '';
  for await (const page of pages) {
    if (page.restarted) items = [];
    for (const item of page.items) items.push(item);
    resourceVersion = page.resourceVersion;
  }
  return { items, resourceVersion };
}

async function* watch(
  parts: ClientParts,
  resourceOf: ResourceOf,
  kind: GroupVersionKind,
  options: WatchOptions,
): AsyncGenerator<WatchEvent> {
  const resource = await resourceOf(kind, options);
  const path = withQuery(collectionPath(resource, options.namespace), {
    watch: true,
    resourceVersion: options.resourceVersion,
    allowWatchBookmarks: options.bookmarks === true ? true : undefined,
    timeoutSeconds: options.timeoutSeconds,
    labelSelector: options.labelSelector,
    fieldSelector: options.fieldSelector,
  });
  const accept = options.metadataOnly === true ? { accept: METADATA_ACCEPT } : {};
  yield* watchConnection({
    requester: parts.requester,
    call: { method: 'GET', path, resource: resource.resource, ...accept },
    server: parts.server,
    clock: parts.clock,
    signal: options.signal,
    silenceMs: options.silenceMs,
    onOpen: options.onOpen,
  });
}

async function deleteObject(
  requester: Requester,
  resourceOf: ResourceOf,
  ref: VersionedRef,
  options: DeleteOptions,
): Promise<DeleteResult> {
  const resource = await resourceOf(ref, options);
  const preconditions = {
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.resourceVersion === undefined ? {} : { resourceVersion: options.resourceVersion }),
  };
  const body: JsonObject = {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    ...(Object.keys(preconditions).length === 0 ? {} : { preconditions }),
    ...(options.propagation === undefined ? {} : { propagationPolicy: options.propagation }),
    ...(options.gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds: options.gracePeriodSeconds }),
    ...(options.dryRun === true ? { dryRun: ['All'] } : {}),
  };
  const answer = await requester.call(
    {
      method: 'DELETE',
      path: objectPath(resource, ref),
      resource: resource.resource,
      body: encodeBody(body),
      // With the UID nothing but this very object can go.
      repeatable: options.uid !== undefined || options.dryRun === true,
    },
    options,
  );
  const value = decodeMapping(answer.body);
  return value['kind'] === 'Status' && value['apiVersion'] === 'v1' ? {} : { object: asObject(value) };
}

async function raw(requester: Requester, request: RawRequest): Promise<RawAnswer> {
  const body =
    request.body === undefined ? undefined : typeof request.body === 'string' ? request.body : encodeBody(request.body);
  const answer = await requester.call(
    {
      method: request.method,
      path: request.path,
      resource: /\/secrets(?:[/?]|$)/.test(request.path) ? 'secrets' : '',
      ...(body === undefined ? {} : { body }),
      ...(request.contentType === undefined ? {} : { contentType: request.contentType }),
      ...(request.accept === undefined ? {} : { accept: request.accept }),
    },
    request,
  );
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined) headers[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return { status: answer.status, headers, body: answer.body };
}

function createPath(resource: ApiResource, object: KubernetesObject, options: WriteOptions): string {
  const ref = refOf(object);
  const inside = options.subresource === undefined ? undefined : objectPath(resource, ref, options.subresource);
  if (inside === undefined && resource.namespaced && ref.namespace === '') {
    throw new CapstanError('KUBE_INVALID', `${ref.kind} ${ref.name}: the kind lives in namespaces and none is named`, {
      data: { group: ref.group, kind: ref.kind, name: ref.name },
    });
  }
  return withQuery(inside ?? collectionPath(resource, ref.namespace), writeQuery(options));
}

function writeQuery(options: WriteOptions): Query {
  return {
    dryRun: options.dryRun === true ? 'All' : undefined,
    fieldManager: options.fieldManager,
    fieldValidation: options.fieldValidation,
  };
}

function patchQuery(patch: Patch, options: PatchOptions): Query {
  if (patch.kind === 'apply' && (options.fieldManager ?? '') === '') {
    throw new CapstanError('KUBE_INVALID', 'server-side apply needs a field manager');
  }
  return { ...writeQuery(options), force: patch.kind === 'apply' && options.force === true ? true : undefined };
}

function patchBody(patch: Patch, options: PatchOptions): { contentType: string; body: string; repeatable: boolean } {
  const dry = options.dryRun === true;
  switch (patch.kind) {
    case 'json':
      return { contentType: 'application/json-patch+json', body: encodeBody(patch.operations), repeatable: dry };
    case 'merge':
      return { contentType: 'application/merge-patch+json', body: encodeBody(patch.patch), repeatable: dry };
    case 'strategic':
      return { contentType: 'application/strategic-merge-patch+json', body: encodeBody(patch.patch), repeatable: dry };
    case 'apply':
      // The same intent again changes nothing; with a resourceVersion a second try would find it spent.
      return {
        contentType: 'application/apply-patch+yaml',
        body: encodeBody(patch.object),
        repeatable: dry || !hasResourceVersion(patch.object),
      };
    default:
      return patch satisfies never;
  }
}

function hasResourceVersion(object: KubernetesObject): boolean {
  const metadata: JsonValue = object.metadata;
  return isJsonObject(metadata) && Object.hasOwn(metadata, 'resourceVersion');
}
