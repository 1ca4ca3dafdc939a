import { getPath, type KubernetesObject } from '@capstan/object';
import { badRequest } from '../registry/api-status-error.ts';
import { userInfo } from './access-review.ts';
import { ISSUER, type Authenticator } from './authenticator.ts';
import { listed } from './authorizer.ts';

/**
 * Answers who bears a token.
 * @throws ApiStatusError 400 where there is none
 */
export function reviewToken(authenticator: Authenticator, review: KubernetesObject): KubernetesObject {
  const token = getPath(review, 'spec', 'token');
  if (typeof token !== 'string' || token === '') {
    throw badRequest('token is required for TokenReview in authentication');
  }
  const list = getPath(review, 'spec', 'audiences');
  const audiences = Array.isArray(list) ? list.filter((entry) => typeof entry === 'string') : [];
  const found = authenticator.authenticate(token, audiences.length === 0 ? [ISSUER] : audiences);
  if ('faults' in found) return { ...review, status: { user: {}, error: listed(found.faults) } };
  const { user, audiences: common } = found;
  return { ...review, status: { authenticated: true, user: userInfo(user), audiences: common } };
}
