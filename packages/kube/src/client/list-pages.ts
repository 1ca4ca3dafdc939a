import { CapstanError, isCapstanError } from '@capstan/errors';
import { formatApiVersion, getKey, getPath, isJsonObject, type JsonObject, type JsonValue } from '@capstan/object';
import type { KubernetesObject } from '@capstan/object';
import type { ApiResource } from '../discovery/discovery.ts';
import { collectionPath, withQuery } from './api-path.ts';
import type { ListOptions, ObjectPage } from './kube-client.ts';
import { asObject, decodeMapping } from './object-codec.ts';
import type { Requester } from './requester.ts';

const PAGE_SIZE = 500;
/** How often one list may begin anew because its continuation expired. */
const MAX_RESTARTS = 3;

/** Accept header for PartialObjectMetadata, with the whole object where the server cannot. */
export const METADATA_ACCEPT_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';

/** Accept header for a watch of PartialObjectMetadata. */
export const METADATA_ACCEPT = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json';

/** Lists a resource page by page; a continuation that expired (410) begins the list anew. */
export async function* listPages(
  requester: Requester,
  resource: ApiResource,
  options: ListOptions,
): AsyncGenerator<ObjectPage> {
  const path = collectionPath(resource, options.namespace);
  let token = '';
  let restarted = false;
  for (let restarts = 0; ;) {
    const query = {
      limit: options.limit ?? PAGE_SIZE,
      labelSelector: options.labelSelector,
      fieldSelector: options.fieldSelector,
      ...(token === '' ? { resourceVersion: options.resourceVersion } : { continue: token }),
    };
    let page: JsonObject;
    try {
      page = await fetchPage(requester, resource, withQuery(path, query), options);
    } catch (error) {
      if (token === '' || !isCapstanError(error, 'KUBE_GONE') || ++restarts > MAX_RESTARTS) throw error;
      token = '';
      restarted = true;
      continue;
    }
    yield {
      items: itemsOf(page, resource),
      resourceVersion: text(getPath(page, 'metadata', 'resourceVersion')),
      restarted,
    };
    restarted = false;
    token = text(getPath(page, 'metadata', 'continue'));
    if (token === '') return;
  }
}

async function fetchPage(
  requester: Requester,
  resource: ApiResource,
  path: string,
  options: ListOptions,
): Promise<JsonObject> {
  const accept = options.metadataOnly === true ? { accept: METADATA_ACCEPT_LIST } : {};
  const answer = await requester.call({ method: 'GET', path, resource: resource.resource, ...accept }, options);
  return decodeMapping(answer.body);
}

/** The items of a list, each with the apiVersion and kind that lists of built-in kinds leave out. */
function itemsOf(page: JsonObject, resource: ApiResource): readonly KubernetesObject[] {
  const items = getKey(page, 'items');
  if (items === null || items === undefined) return [];
  if (!Array.isArray(items)) throw new CapstanError('OBJECT_INVALID', 'the Kubernetes API answered with a bad list');
  const apiVersion = formatApiVersion(resource.group, resource.version);
  return (items as readonly JsonValue[]).map((item) => {
    if (!isJsonObject(item)) return asObject(item);
    return asObject({ ...item, apiVersion, kind: resource.kind });
  });
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
