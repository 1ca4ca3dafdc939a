import { getKey, getPath, isJsonObject, type JsonObject, type JsonValue } from '@capstan/object';
import { badRequest, methodNotAllowed } from '../registry/api-status-error.ts';
import { decodeBody, readBody } from './body.ts';
import { sendJson, type Exchange } from './exchange.ts';
import type { ResourcePath } from './route.ts';

/** Questions that are answered and not stored. The sandbox has one user, who may do everything: it enforces no RBAC. */
export const REVIEWS: ReadonlySet<string> = new Set([
  'authentication.k8s.io/selfsubjectreviews',
  'authentication.k8s.io/tokenreviews',
  'authorization.k8s.io/selfsubjectaccessreviews',
  'authorization.k8s.io/subjectaccessreviews',
  'authorization.k8s.io/localsubjectaccessreviews',
  'authorization.k8s.io/selfsubjectrulesreviews',
]);

const USER = { username: 'admin', groups: ['system:masters', 'system:authenticated'] };

/** POST of a review. */
export async function createReview(exchange: Exchange, path: ResourcePath): Promise<void> {
  if (exchange.method !== 'POST' || path.name !== undefined) throw methodNotAllowed();
  const body = decodeBody(await readBody(exchange.request), 'Review').value;
  if (!isJsonObject(body)) throw badRequest('a review must be an object');
  const metadata = getKey(body, 'metadata');
  await sendJson(exchange, 201, {
    ...body,
    metadata: isJsonObject(metadata) ? metadata : {},
    status: statusOf(path.resource, body, exchange.server.token),
  });
}

function statusOf(resource: string, body: JsonObject, token: string | undefined): JsonValue {
  switch (resource) {
    case 'selfsubjectreviews':
      return { userInfo: USER };
    case 'tokenreviews': {
      const known = token !== undefined && getPath(body, 'spec', 'token') === token;
      return known ? { authenticated: true, user: USER } : { user: {}, error: 'the token is not known' };
    }
    case 'selfsubjectrulesreviews':
      return {
        resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
        nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
        incomplete: false,
      };
    default:
      return { allowed: true, reason: 'the sandbox enforces no authorization' };
  }
}
