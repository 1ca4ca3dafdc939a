import type { KubernetesObject } from '@capstan/object';
import { placed, reviewAccess, reviewRules, userInfo } from '../access/access-review.ts';
import { reviewToken } from '../access/token-review.ts';
import { badRequest, methodNotAllowed } from '../registry/api-status-error.ts';
import { timestamp } from '../registry/cluster.ts';
import { checkFields } from '../registry/field-validation.ts';
import { withManagedFields } from '../registry/field-managers.ts';
import { objectOf } from '../registry/metadata.ts';
import type { Resource } from '../registry/resource.ts';
import { canonicalForm } from '../schema/index.ts';
import { decodeBody, readBody } from './body.ts';
import { sendJson, type Exchange } from './exchange.ts';
import type { ResourcePath } from './route.ts';
import { writeRequest } from './write.ts';

/** Questions that are answered and not stored. */
export const REVIEWS: ReadonlySet<string> = new Set([
  'authentication.k8s.io/selfsubjectreviews',
  'authentication.k8s.io/tokenreviews',
  'authorization.k8s.io/selfsubjectaccessreviews',
  'authorization.k8s.io/subjectaccessreviews',
  'authorization.k8s.io/localsubjectaccessreviews',
  'authorization.k8s.io/selfsubjectrulesreviews',
]);

/** POST of a review. */
export async function createReview(exchange: Exchange, resource: Resource, path: ResourcePath): Promise<void> {
  if (exchange.method !== 'POST') throw methodNotAllowed();
  const { value, duplicates } = decodeBody(await readBody(exchange.request), resource.kind);
  const request = writeRequest(exchange, { subresource: '', name: '' }, duplicates);
  const decoded = canonicalForm(checkFields(resource, objectOf(resource, value), request));
  const given = placed(decoded, path.namespace ?? '');
  const now = exchange.server.cluster.clock.now();
  const managed = withManagedFields(resource, given, undefined, { ...request, now });
  await sendJson(exchange, 201, answer(exchange, resource, managed, now), request.warnings);
}

function answer(exchange: Exchange, resource: Resource, review: KubernetesObject, now: Date): KubernetesObject {
  const { user, server } = exchange;
  const { access } = server.cluster;
  switch (resource.kind) {
    case 'SelfSubjectReview': {
      const metadata = { creationTimestamp: timestamp(now) };
      return { apiVersion: review.apiVersion, kind: review.kind, metadata, status: { userInfo: userInfo(user) } };
    }
    case 'SelfSubjectRulesReview':
      return reviewRules(access, review, user);
    case 'SelfSubjectAccessReview':
    case 'SubjectAccessReview':
    case 'LocalSubjectAccessReview':
      return reviewAccess(access, resource.kind, review, user);
    case 'TokenReview':
      return reviewToken(server.authenticator, review);
    default:
      throw badRequest(`${resource.kind} is no question that is answered here`);
  }
}
