import { isCapstanError, messageOf } from '@capstan/errors';
import { wishOf } from '../access/attributes.ts';
import { impersonated } from '../access/impersonate.ts';
import { bearerToken, ISSUER } from '../access/authenticator.ts';
import { certificateUser } from '../access/certificate-user.ts';
import { issuerDocument, keySet } from '../access/jwt.ts';
import { mayDoEverything, type User } from '../access/user.ts';
import {
  aggregated,
  groupDocument,
  groupList,
  legacyVersions,
  resourceList,
  versionDocument,
} from '../discovery/documents.ts';
import { formatJson } from '../json.ts';
import { ApiStatusError, internalError, methodNotAllowed, notFound } from '../registry/api-status-error.ts';
import { getObject } from '../registry/cluster.ts';
import { hasSubresource, type Resource } from '../registry/resource.ts';
import { getScale } from '../registry/scale.ts';
import { acceptedShape, type Shape } from './accept.ts';
import { sendJson, sendPageNotFound, sendStatus, sendText, type Exchange } from './exchange.ts';
import { getList, getOne } from './read.ts';
import { parseResourcePath, type ResourcePath } from './route.ts';
import { createReview, REVIEWS } from './reviews.ts';
import { create, createToken, evict, patch, remove, removeSelected, requireVerb, update } from './write.ts';
import { watch } from './watch.ts';

/** Answers one request; whatever goes wrong becomes a Status. */
export async function handle(exchange: Exchange): Promise<void> {
  try {
    exchange.user = impersonated(authenticate(exchange), exchange.request, exchange.server.cluster.access);
    authorize(exchange);
    await dispatch(exchange);
  } catch (error) {
    if (exchange.response.headersSent || exchange.response.destroyed) {
      exchange.response.destroy();
      return;
    }
    const refusal = error instanceof ApiStatusError ? error : unexpected(exchange, error);
    await sendStatus(exchange, refusal).catch(() => exchange.response.destroy());
  }
}

function unexpected(exchange: Exchange, error: unknown): ApiStatusError {
  if (!isCapstanError(error)) exchange.server.report(error);
  return internalError(messageOf(error));
}

/** Who asks; a token that is not known is refused, none at all is nobody's. */
function authenticate({ request, server }: Exchange): User {
  const certified = server.asksForCertificates ? certificateUser(request.socket) : undefined;
  if (certified !== undefined && certified !== false) return certified;
  const token = bearerToken(request.headers.authorization);
  if (token === undefined && certified === undefined) return server.anybody;
  const found = token === undefined ? undefined : server.authenticator.authenticate(token);
  if (found !== undefined && 'user' in found) return found.user;
  throw new ApiStatusError(401, 'Unauthorized', 'Unauthorized');
}

/** Refuses what the user may not do, before anything is looked for. */
function authorize(exchange: Exchange): void {
  if (!mayDoEverything(exchange.user)) exchange.server.cluster.access.require(exchange.user, wishOf(exchange));
}

async function dispatch(exchange: Exchange): Promise<void> {
  const { segments } = exchange;
  switch (segments[0]) {
    case 'healthz':
    case 'livez':
    case 'readyz':
      return sendText(exchange, 200, 'ok', 'text/plain; charset=utf-8');
    case 'version':
      return sendJson(exchange, 200, versionDocument());
    case 'openapi':
      return openApi(exchange);
    case 'api':
    case 'apis':
      return api(exchange);
    case 'openid':
    case '.well-known':
      return openId(exchange);
    case undefined:
      return sendJson(exchange, 200, {
        paths: [
          '/.well-known/openid-configuration',
          '/api',
          '/apis',
          '/healthz',
          '/livez',
          '/openapi/v3',
          '/openid/v1/jwks',
          '/readyz',
          '/version',
        ],
      });
    default:
      return sendPageNotFound(exchange);
  }
}

/** By what others check the tokens of service accounts. */
async function openId(exchange: Exchange): Promise<void> {
  const { server, segments } = exchange;
  switch (segments.join('/')) {
    case 'openid/v1/jwks':
      return sendText(exchange, 200, formatJson(keySet(server.authenticator.key)), 'application/jwk-set+json');
    case '.well-known/openid-configuration':
      return sendJson(exchange, 200, issuerDocument(ISSUER, server.url));
    default:
      return sendPageNotFound(exchange);
  }
}

async function openApi(exchange: Exchange): Promise<void> {
  const [, version, ...rest] = exchange.segments;
  if (version !== 'v3') return sendPageNotFound(exchange);
  const { openApi: documents } = exchange.server;
  if (rest.length === 0) return sendJson(exchange, 200, documents.index());
  const text = documents.document(rest);
  if (text === undefined) return sendPageNotFound(exchange);
  return sendText(exchange, 200, text, 'application/json');
}

async function api(exchange: Exchange): Promise<void> {
  const path = parseResourcePath(exchange.segments);
  if (path === undefined) return discovery(exchange);
  const resource = exchange.server.cluster.registry.find(path.group, path.version, path.resource);
  if (resource === undefined || misplaced(resource, path)) return sendUnknown(exchange, path.group);
  const shape = acceptedShape(exchange.request.headers.accept);
  if (shape === undefined || shape.as === 'discovery') throw notAcceptable();
  if (REVIEWS.has(`${path.group}/${path.resource}`)) return review(exchange, resource, path);
  return path.name === undefined ? many(exchange, resource, path, shape) : one(exchange, resource, path, shape);
}

/** A question has no name, and one about a namespace stands in it. */
async function review(exchange: Exchange, resource: Resource, path: ResourcePath): Promise<void> {
  const isOutOfPlace = resource.namespaced && path.namespace === undefined;
  if (path.name !== undefined || isOutOfPlace) return sendUnknown(exchange, resource.group);
  return createReview(exchange, resource, path);
}

/** A namespaced object is not found without its namespace, nor a cluster-scoped one under one. */
function misplaced(resource: Resource, path: ResourcePath): boolean {
  if (path.namespace !== undefined) return !resource.namespaced;
  return resource.namespaced && path.name !== undefined;
}

function notAcceptable(): ApiStatusError {
  const message =
    '406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, ' +
    'application/vnd.kubernetes.protobuf';
  return new ApiStatusError(406, 'NotAcceptable', message, {});
}

/** A known group says so of what it does not have; anything else is not found as a page. */
async function sendUnknown(exchange: Exchange, group: string): Promise<void> {
  if (!exchange.server.cluster.registry.groups().some((entry) => entry.name === group)) {
    return sendPageNotFound(exchange);
  }
  throw new ApiStatusError(404, 'NotFound', 'the server could not find the requested resource', {});
}

async function many(exchange: Exchange, resource: Resource, path: ResourcePath, shape: Shape): Promise<void> {
  const { method, query } = exchange;
  const watching = query.get('watch') === 'true' || query.get('watch') === '1';
  if (method === 'GET' && watching) {
    requireVerb(resource.verbs, 'watch');
    await exchange.server.cluster.store.durable();
    watch(exchange, resource, path.namespace, shape);
    return;
  }
  if (method === 'GET') {
    requireVerb(resource.verbs, 'list');
    return getList(exchange, resource, path.namespace, shape);
  }
  if (method === 'POST') {
    requireVerb(resource.verbs, 'create');
    if (resource.namespaced && path.namespace === undefined) throw methodNotAllowed();
    const target = { resource, namespace: path.namespace ?? '', name: '', subresource: '' };
    return create(exchange, target, shape);
  }
  if (method === 'DELETE') {
    requireVerb(resource.verbs, 'deletecollection');
    return removeSelected(exchange, resource, path.namespace);
  }
  throw methodNotAllowed();
}

/** The subresources that do something here; the others would need a machine behind them. */
const SERVED = new Set([
  'status',
  'scale',
  'finalize',
  'resize',
  'ephemeralcontainers',
  'approval',
  'eviction',
  'token',
]);

async function one(exchange: Exchange, resource: Resource, path: ResourcePath, shape: Shape): Promise<void> {
  const namespace = path.namespace ?? '';
  const name = path.name ?? '';
  const { subresource } = path;
  if (subresource !== '' && !SERVED.has(subresource)) {
    // The object is looked for before what cannot be done with it.
    if (hasSubresource(resource, subresource)) getObject(exchange.server.cluster, resource, namespace, name);
    return sendUnknown(exchange, resource.group);
  }
  if (subresource !== '' && !hasSubresource(resource, subresource)) {
    if (resource.custom && (subresource === 'status' || subresource === 'scale')) throw notFound(resource, name);
    return sendUnknown(exchange, resource.group);
  }
  const target = { resource, namespace, name, subresource };
  if (subresource === 'eviction') {
    if (exchange.method !== 'POST') throw methodNotAllowed();
    return evict(exchange, target);
  }
  if (subresource === 'token') {
    if (exchange.method !== 'POST') throw methodNotAllowed();
    return createToken(exchange, target);
  }
  const { verbs } = resource;
  switch (exchange.method) {
    case 'GET':
      requireVerb(verbs, 'get');
      if (subresource === 'scale')
        return sendJson(exchange, 200, getScale(exchange.server.cluster, resource, namespace, name));
      return getOne(exchange, resource, namespace, name, shape);
    case 'PUT':
      requireVerb(verbs, 'update');
      return update(exchange, target, shape);
    case 'PATCH':
      requireVerb(verbs, 'patch');
      return patch(exchange, target, shape);
    case 'DELETE':
      if (subresource !== '') throw methodNotAllowed();
      requireVerb(verbs, 'delete');
      return remove(exchange, target, shape);
    default:
      throw methodNotAllowed();
  }
}

async function discovery(exchange: Exchange): Promise<void> {
  const { segments, server } = exchange;
  const { registry } = server.cluster;
  const [root, first, second, ...more] = segments;
  if (first === undefined && acceptedShape(exchange.request.headers.accept)?.as === 'discovery') {
    const type = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    return sendText(exchange, 200, JSON.stringify(aggregated(registry, root === 'api')), type);
  }
  const document =
    more.length > 0
      ? undefined
      : root === 'api'
        ? first === undefined
          ? legacyVersions(server.address())
          : resourceList(registry, '', first)
        : first === undefined
          ? groupList(registry)
          : second === undefined
            ? groupDocument(registry, first)
            : resourceList(registry, first, second);
  return document === undefined ? sendPageNotFound(exchange) : sendJson(exchange, 200, document);
}
