import { getKey, getPath, isJsonObject, type JsonObject, type JsonValue } from '@capstan/object';
import { requestToken } from '../access/token-request.ts';
import { badRequest, invalid, methodNotAllowed, type FieldError } from '../registry/api-status-error.ts';
import type { FieldValidation, WriteRequest } from '../registry/cluster.ts';
import { createObject } from '../registry/create.ts';
import { deleteObject, deleteSelected, type DeleteRequest, type Propagation } from '../registry/delete.ts';
import { evictPod } from '../registry/evict.ts';
import { matcherOf } from '../registry/lists.ts';
import { metaText } from '../registry/metadata.ts';
import { patchObject, patchTypeOf } from '../registry/patch.ts';
import { apiVersionOf, type Resource } from '../registry/resource.ts';
import { patchScale, updateScale } from '../registry/scale.ts';
import { updateObject } from '../registry/update.ts';
import type { Shape } from './accept.ts';
import { decodeBody, decodePatch, readBody, type RawBody } from './body.ts';
import { itemOf } from './encode.ts';
import { sendJson, successStatus, type Exchange } from './exchange.ts';
import { listRequest, sendObject } from './read.ts';

/** Where a write goes. */
export interface WriteTarget {
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
}

/** Longest name of a field manager. */
const MANAGER_LIMIT = 128;

/** Kinds of which a delete answers the object, where others answer a Status. */
const ANSWERS_OBJECT = new Set([
  '/pods',
  '/persistentvolumeclaims',
  '/persistentvolumes',
  '/serviceaccounts',
  '/services',
  '/podtemplates',
  '/replicationcontrollers',
  '/resourcequotas',
  'storage.k8s.io/storageclasses',
  'policy/podsecuritypolicies',
]);

/** POST. */
export async function create(exchange: Exchange, target: WriteTarget, shape: Shape): Promise<void> {
  const body = await readBody(exchange.request);
  const { value, duplicates } = decodeBody(body, target.resource.kind);
  const request = writeRequest(exchange, target, duplicates);
  const { cluster } = exchange.server;
  const object = createObject(cluster, target.resource, target.namespace, value, request);
  await sendObject(exchange, 201, target.resource, object, shape, request.warnings);
}

/** PUT. */
export async function update(exchange: Exchange, target: WriteTarget, shape: Shape): Promise<void> {
  const body = await readBody(exchange.request);
  const { value, duplicates } = decodeBody(body, target.resource.kind);
  const request = writeRequest(exchange, target, duplicates);
  const { cluster } = exchange.server;
  if (target.subresource === 'scale') {
    const scale = updateScale(cluster, target.resource, target.namespace, target.name, value, request);
    await sendJson(exchange, 200, scale, request.warnings);
    return;
  }
  const written = updateObject(cluster, target.resource, target.namespace, target.name, value, request);
  await sendObject(exchange, written.created ? 201 : 200, target.resource, written.object, shape, request.warnings);
}

/** PATCH. */
export async function patch(exchange: Exchange, target: WriteTarget, shape: Shape): Promise<void> {
  const body = await readBody(exchange.request);
  const type = patchTypeOf(body.type, target.resource);
  const { value, duplicates } = decodePatch(body);
  const request = writeRequest(exchange, target, duplicates);
  if (type === 'apply' && exchange.query.get('fieldManager') === null) {
    throw invalidPatchOption('fieldManager', 'FieldValueRequired', 'Required value: is required for apply patch');
  }
  if (type !== 'apply' && exchange.query.get('force') !== null) {
    throw invalidPatchOption('force', 'FieldValueForbidden', 'Forbidden: may not be specified for non-apply patch');
  }
  const { cluster } = exchange.server;
  if (target.subresource === 'scale') {
    const scale = patchScale(cluster, target.resource, target.namespace, target.name, { type, value }, request);
    await sendJson(exchange, 200, scale, request.warnings);
    return;
  }
  const written = patchObject(cluster, target.resource, target.namespace, target.name, { type, value }, request);
  await sendObject(exchange, written.created ? 201 : 200, target.resource, written.object, shape, request.warnings);
}

function invalidPatchOption(field: string, reason: string, message: string) {
  return invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [{ reason, field, message }]);
}

/** DELETE of one object. */
export async function remove(exchange: Exchange, target: WriteTarget, shape: Shape): Promise<void> {
  const { resource, namespace, name } = target;
  const request = deleteRequest(exchange, await readBody(exchange.request));
  const deleted = deleteObject(exchange.server.cluster, resource, namespace, name, request);
  if (deleted.gone && !ANSWERS_OBJECT.has(resource.collection)) {
    const { group } = resource;
    const details = { name, ...(group === '' ? {} : { group }), kind: resource.resource };
    await sendJson(exchange, 200, successStatus({ ...details, uid: metaText(deleted.object, 'uid') }));
    return;
  }
  await sendObject(exchange, 200, resource, deleted.object, shape);
}

/** DELETE of a selection. */
export async function removeSelected(
  exchange: Exchange,
  resource: Resource,
  namespace: string | undefined,
): Promise<void> {
  const request = deleteRequest(exchange, await readBody(exchange.request));
  const matches = matcherOf(resource, listRequest(exchange.query, namespace)) ?? (() => true);
  const { revision } = exchange.server.cluster.store;
  const items = deleteSelected(exchange.server.cluster, resource, namespace, matches, request);
  const metadata = { resourceVersion: String(revision) };
  await sendJson(exchange, 200, {
    kind: resource.listKind,
    apiVersion: apiVersionOf(resource),
    metadata,
    items: items.map((item) => itemOf(resource, item)),
  });
}

/** What of a target a write's options depend on. */
export type WritePlace = Pick<WriteTarget, 'subresource' | 'name'>;

/** The options of a write. */
export function writeRequest(exchange: Exchange, at: WritePlace, duplicates: readonly string[]): WriteRequest {
  const { subresource, name: urlName } = at;
  const { query, request } = exchange;
  const manager = query.get('fieldManager') ?? '';
  if (manager.length > MANAGER_LIMIT) {
    const message = `Too long: may not be more than ${MANAGER_LIMIT} bytes`;
    throw invalidOption(exchange, { reason: 'FieldValueTooLong', field: 'fieldManager', message });
  }
  return {
    manager: manager === '' ? agentName(request.headers['user-agent']) : manager,
    subresource,
    dryRun: dryRun(exchange, query.getAll('dryRun')),
    fieldValidation: fieldValidation(exchange),
    force: query.get('force') === 'true' || query.get('force') === '1',
    duplicates,
    warnings: exchange.warnings,
    user: exchange.user,
    urlName,
  };
}

/** The manager of a write that names none: the program in User-Agent, as kube-apiserver takes it. */
function agentName(agent: string | undefined): string {
  return (agent ?? '').split('/')[0]?.slice(0, MANAGER_LIMIT) ?? '';
}

/** POST of a pod's eviction. */
export async function evict(exchange: Exchange, target: WriteTarget): Promise<void> {
  const body = decodeBody(await readBody(exchange.request), 'Eviction').value;
  if (!isJsonObject(body)) throw badRequest('the body of an eviction must be an Eviction');
  const given = getKey(body, 'deleteOptions');
  const options = deleteOptions(exchange, isJsonObject(given) ? given : {});
  const { cluster } = exchange.server;
  evictPod(cluster, target.resource, { namespace: target.namespace, name: target.name, body, options });
  await sendJson(exchange, 201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 });
}

/** POST of a request for a service account's token. */
export async function createToken(exchange: Exchange, target: WriteTarget): Promise<void> {
  const { value, duplicates } = decodeBody(await readBody(exchange.request), 'TokenRequest');
  const request = writeRequest(exchange, target, duplicates);
  const { cluster, authenticator } = exchange.server;
  const { namespace, name } = target;
  const answer = requestToken(cluster, authenticator, { namespace, name, body: value }, request);
  await sendJson(exchange, 201, answer, request.warnings);
}

function dryRun(exchange: Exchange, values: readonly string[]): boolean {
  if (values.some((value) => value !== 'All')) {
    const message = `Unsupported value: ${JSON.stringify(values)}: supported values: "All"`;
    throw invalidOption(exchange, { reason: 'FieldValueNotSupported', field: 'dryRun', message });
  }
  return values.length > 0;
}

function fieldValidation(exchange: Exchange): FieldValidation {
  const value = exchange.query.get('fieldValidation');
  if (value === null || value === '') return 'Warn';
  if (value === 'Ignore' || value === 'Warn' || value === 'Strict') return value;
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: "", "Ignore", "Strict", "Warn"`;
  throw invalidOption(exchange, { reason: 'FieldValueNotSupported', field: 'fieldValidation', message });
}

const OPTIONS: Readonly<Record<string, string>> = {
  POST: 'CreateOptions',
  PUT: 'UpdateOptions',
  PATCH: 'PatchOptions',
  DELETE: 'DeleteOptions',
};

function invalidOption(exchange: Exchange, error: FieldError) {
  return invalid({ group: 'meta.k8s.io', kind: OPTIONS[exchange.method] ?? 'CreateOptions' }, '', [error]);
}

function deleteRequest(exchange: Exchange, body: RawBody): DeleteRequest {
  const options = body.bytes.length === 0 ? {} : decodeBody(body, 'DeleteOptions').value;
  if (!isJsonObject(options)) throw badRequest('the body of a delete must be DeleteOptions');
  return deleteOptions(exchange, options);
}

function deleteOptions(exchange: Exchange, options: JsonObject): DeleteRequest {
  const { query } = exchange;
  const text = (value: JsonValue | undefined): string | undefined => (typeof value === 'string' ? value : undefined);
  const propagation = text(getKey(options, 'propagationPolicy')) ?? query.get('propagationPolicy') ?? undefined;
  const orphan = getKey(options, 'orphanDependents') ?? query.get('orphanDependents');
  const grace = getKey(options, 'gracePeriodSeconds') ?? query.get('gracePeriodSeconds');
  const seconds = grace === null || grace === undefined ? undefined : Number(grace);
  const runs = getKey(options, 'dryRun');
  const uid = text(getPath(options, 'preconditions', 'uid'));
  const resourceVersion = text(getPath(options, 'preconditions', 'resourceVersion'));
  const wanted = propagationOf(propagation) ?? (orphan === true || orphan === 'true' ? 'Orphan' : undefined);
  return {
    dryRun: dryRun(exchange, [
      ...query.getAll('dryRun'),
      ...(Array.isArray(runs) ? runs.map((run) => String(run)) : []),
    ]),
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
    ...(wanted === undefined ? {} : { propagation: wanted }),
    ...(seconds === undefined || !Number.isFinite(seconds) ? {} : { gracePeriodSeconds: Math.max(0, seconds) }),
  };
}

function propagationOf(text: string | undefined): Propagation | undefined {
  if (text === undefined) return undefined;
  if (text === 'Background' || text === 'Foreground' || text === 'Orphan') return text;
  const supported = 'supported values: "Foreground", "Background", "Orphan", "nil"';
  const message = `Unsupported value: ${JSON.stringify(text)}: ${supported}`;
  const error = { reason: 'FieldValueNotSupported', field: 'propagationPolicy', message };
  throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', [error]);
}

/** Refuses a verb that discovery does not list. */
export function requireVerb(verbs: readonly string[], verb: string): void {
  if (!verbs.includes(verb)) throw methodNotAllowed();
}
