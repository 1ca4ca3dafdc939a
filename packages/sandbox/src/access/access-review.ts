import { getKey, getPath, isJsonObject, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import { badRequest, invalid, type FieldError } from '../registry/api-status-error.ts';
import { metaText, withMeta } from '../registry/metadata.ts';
import { formatJson } from '../json.ts';
import type { Wish } from './attributes.ts';
import { listed, type Authorizer } from './authorizer.ts';
import { ruleObject } from './policy-rule.ts';
import type { User } from './user.ts';

/** The kinds of question about what somebody may do. */
export type AccessReviewKind = 'SelfSubjectAccessReview' | 'SubjectAccessReview' | 'LocalSubjectAccessReview';

/**
 * Answers whether somebody may do something: the one who asks, or the one whom the question names.
 * @throws ApiStatusError 422 for a question that makes no sense
 */
export function reviewAccess(
  authorizer: Authorizer,
  kind: AccessReviewKind,
  review: KubernetesObject,
  asking: User,
): KubernetesObject {
  const errors = reviewErrors(kind, review);
  // The real server leaves the kind out of these refusals.
  if (errors.length > 0) throw invalid({ group: 'authorization.k8s.io', kind: '' }, '', errors);
  const spec = objectAt(review, 'spec');
  const user = kind === 'SelfSubjectAccessReview' ? asking : askedAbout(spec);
  const { allowed, reason } = authorizer.decide(user, wishIn(spec));
  return { ...review, status: { allowed, ...(reason === '' ? {} : { reason }) } };
}

/** Tells a user's rules in a namespace. */
export function reviewRules(authorizer: Authorizer, review: KubernetesObject, user: User): KubernetesObject {
  const namespace = textAt(objectAt(review, 'spec'), 'namespace');
  if (namespace === '') throw badRequest('no namespace on request');
  const grants = authorizer.roles.grantsTo(user, namespace);
  const rules = grants.flatMap((grant) => grant.rules);
  const missing = grants.flatMap((grant) => grant.missing ?? []);
  const resourceRules = rules
    .filter((rule) => rule.resources.length > 0)
    .map((rule) => ruleObject({ ...rule, nonResourceURLs: [] }));
  const nonResourceRules = rules
    .filter((rule) => rule.nonResourceURLs.length > 0)
    .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs }));
  return {
    apiVersion: review.apiVersion,
    kind: review.kind,
    metadata: {},
    spec: {},
    status: {
      resourceRules,
      nonResourceRules,
      incomplete: false,
      ...(missing.length === 0 ? {} : { evaluationError: listed(missing) }),
    },
  };
}

/** A user as reviews show one. */
export function userInfo(user: User): JsonObject {
  const extra = Object.entries(user.extra);
  return {
    ...(user.name === '' ? {} : { username: user.name }),
    ...(user.uid === '' ? {} : { uid: user.uid }),
    ...(user.groups.length === 0 ? {} : { groups: user.groups }),
    ...(extra.length === 0 ? {} : { extra: Object.fromEntries(extra) }),
  };
}

function reviewErrors(kind: AccessReviewKind, review: KubernetesObject): readonly FieldError[] {
  const spec = objectAt(review, 'spec');
  const resource = getKey(spec, 'resourceAttributes');
  const path = getKey(spec, 'nonResourceAttributes');
  const errors: FieldError[] = [];
  const refuse = (field: string, value: JsonValue, why: string): void => {
    const message = `Invalid value: ${typeof value === 'object' ? formatJson(value) : JSON.stringify(value)}: ${why}`;
    errors.push({ reason: 'FieldValueInvalid', field, message });
  };
  if (resource !== undefined && path !== undefined) {
    const why = 'cannot be specified in combination with resourceAttributes';
    refuse('spec.nonResourceAttributes', pathAttributes(path), why);
  }
  if (resource === undefined && path === undefined) {
    const why = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    refuse('spec.resourceAttributes', null, why);
  }
  const groups = getKey(spec, 'groups');
  if (kind !== 'SelfSubjectAccessReview' && textAt(spec, 'user') === '' && !(Array.isArray(groups) && groups.length)) {
    refuse('spec.user', '', 'at least one of user or group must be specified');
  }
  for (const selector of ['fieldSelector', 'labelSelector']) errors.push(...selectorErrors(resource, selector));
  const isLocal = kind === 'LocalSubjectAccessReview';
  const others = Object.keys(review.metadata).filter(
    (key) => key !== 'managedFields' && !(isLocal && key === 'namespace'),
  );
  if (others.length > 0) {
    refuse('metadata', shownMetadata(review), isLocal ? 'must be empty except for namespace' : 'must be empty');
  }
  if (!isLocal) return errors;
  const named = textAt(resource, 'namespace');
  if (resource !== undefined && named !== metaText(review, 'namespace')) {
    refuse('spec.resourceAttributes.namespace', named, 'must match metadata.namespace');
  }
  if (path !== undefined) {
    refuse('spec.nonResourceAttributes', pathAttributes(path), 'disallowed on this kind of request');
  }
  return errors;
}

function selectorErrors(resource: JsonValue | undefined, name: string): readonly FieldError[] {
  const selector = resource === undefined ? undefined : getPath(resource, name);
  if (!isJsonObject(selector)) return [];
  const raw = textAt(selector, 'rawSelector');
  const requirements = getKey(selector, 'requirements');
  const hasRequirements = Array.isArray(requirements) && requirements.length > 0;
  const field = `spec.resourceAttributes.${name}`;
  if (raw !== '' && hasRequirements) {
    const message = `Invalid value: ${JSON.stringify(raw)}: may not specified at the same time as requirements`;
    return [{ reason: 'FieldValueInvalid', field: `${field}.rawSelector`, message }];
  }
  if (raw !== '' || hasRequirements) return [];
  const message = `Required value: when ${field} is specified, requirements or rawSelector is required`;
  return [{ reason: 'FieldValueRequired', field: `${field}.requirements`, message }];
}

/** As Go prints its own form of them. */
function pathAttributes(value: JsonValue): JsonObject {
  return { Path: textAt(value, 'path'), Verb: textAt(value, 'verb') };
}

/** The metadata, in the order of the type's fields as far as a user can set them. */
function shownMetadata(review: KubernetesObject): JsonObject {
  const { managedFields, ...rest } = review.metadata;
  return { ...rest, ...(managedFields === undefined ? {} : { managedFields }) };
}

function askedAbout(spec: JsonObject): User {
  const groups = getKey(spec, 'groups');
  return {
    name: textAt(spec, 'user'),
    uid: textAt(spec, 'uid'),
    groups: Array.isArray(groups) ? groups.filter((group) => typeof group === 'string') : [],
    extra: {},
  };
}

function wishIn(spec: JsonObject): Wish {
  const resource = getKey(spec, 'resourceAttributes');
  if (resource === undefined) {
    const path = getKey(spec, 'nonResourceAttributes');
    return { isResource: false, verb: textAt(path, 'verb'), path: textAt(path, 'path') };
  }
  return {
    isResource: true,
    verb: textAt(resource, 'verb'),
    group: textAt(resource, 'group'),
    resource: textAt(resource, 'resource'),
    subresource: textAt(resource, 'subresource'),
    namespace: textAt(resource, 'namespace'),
    name: textAt(resource, 'name'),
  };
}

function objectAt(object: KubernetesObject, key: string): JsonObject {
  const value = object[key];
  return isJsonObject(value) ? value : {};
}

function textAt(value: JsonValue | undefined, key: string): string {
  const found = value === undefined ? undefined : getPath(value, key);
  return typeof found === 'string' ? found : '';
}

/** The review in the namespace of its URL. */
export function placed(review: KubernetesObject, namespace: string): KubernetesObject {
  return metaText(review, 'namespace') === '' && namespace !== '' ? withMeta(review, { namespace }) : review;
}
