import { getKey, getPath, isJsonObject, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import { badRequest, conflict, invalid, type FieldError } from '../registry/api-status-error.ts';
import { getObject, timestamp, type Cluster, type WriteRequest } from '../registry/cluster.ts';
import { checkFields } from '../registry/field-validation.ts';
import { metaText, objectOf } from '../registry/metadata.ts';
import { decodeKind } from '../registry/typed-kind.ts';
import { ISSUER, type Authenticator } from './authenticator.ts';
import { accountUserName } from './user.ts';

const GROUP = 'authentication.k8s.io';
const API_VERSION = `${GROUP}/v1`;
const KIND = 'TokenRequest';

const TOKEN_REQUEST = {
  group: GROUP,
  version: 'v1',
  kind: KIND,
  decode: (object: KubernetesObject) => decodeKind({ group: GROUP, version: 'v1', kind: KIND }, object, ''),
};

const DEFAULT_SECONDS = 3600;
const MIN_SECONDS = 600;
const MAX_SECONDS = 2 ** 32;

/** The time that kubelets ask for; such a token of a pod lives a year, so that clients that never read it anew go on. */
const POD_SECONDS = 3607;
const EXTENDED_SECONDS = 365 * 24 * 3600;

/** A request for a service account's token. */
export interface TokenRequest {
  readonly namespace: string;
  readonly name: string;
  readonly body: JsonValue;
}

/**
 * Issues a token for a service account.
 * @throws ApiStatusError 400, 404, 409, 422
 */
export function requestToken(
  cluster: Cluster,
  authenticator: Authenticator,
  { namespace, name, body }: TokenRequest,
  request: WriteRequest,
): KubernetesObject {
  const given = checkFields(TOKEN_REQUEST, objectOf(TOKEN_REQUEST, body), request);
  checkPlace(given, namespace, name);
  const account = ofCore(cluster, 'serviceaccounts', namespace, name);
  const uid = metaText(account, 'uid');
  checkUid(given, name, uid);
  const seconds = secondsOf(given);
  const audiences = audiencesOf(given);
  const bound = getPath(given, 'spec', 'boundObjectRef');
  const reference = isJsonObject(bound) ? withoutEmpty(bound) : undefined;
  const now = cluster.clock.now();
  const issued = Math.floor(now.getTime() / 1000);
  const binding = reference === undefined ? {} : bind(cluster, { namespace, name }, reference);
  const extended =
    Object.hasOwn(binding, 'pod') && seconds === POD_SECONDS && audiences.every((each) => each === ISSUER);
  const token = authenticator.issue({
    aud: audiences,
    exp: issued + (extended ? EXTENDED_SECONDS : seconds),
    iat: issued,
    nbf: issued,
    jti: cluster.newUid(),
    sub: accountUserName(namespace, name),
    'kubernetes.io': {
      namespace,
      serviceaccount: { name, uid },
      ...binding,
      ...(extended ? { warnafter: issued + seconds } : {}),
    },
  });
  return {
    kind: KIND,
    apiVersion: API_VERSION,
    metadata: {
      ...withoutEmpty(given.metadata),
      name,
      namespace,
      uid,
      creationTimestamp: timestamp(now),
      managedFields: [owner(given, request, now)],
    },
    spec: { audiences, expirationSeconds: seconds, boundObjectRef: reference ?? null },
    status: { token, expirationTimestamp: timestamp(new Date((issued + seconds) * 1000)) },
  };
}

function checkPlace(given: KubernetesObject, namespace: string, name: string): void {
  const ownNamespace = metaText(given, 'namespace');
  if (ownNamespace !== '' && ownNamespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  const own = metaText(given, 'name');
  if (own === '' || own === name) return;
  const message = `Invalid value: ${JSON.stringify(own)}: must match the service account name if specified`;
  throw invalid(TOKEN_REQUEST, name, [{ reason: 'FieldValueInvalid', field: 'metadata.name', message }]);
}

function checkUid(given: KubernetesObject, name: string, uid: string): void {
  const own = metaText(given, 'uid');
  if (own === '' || own === uid) return;
  const why = `the UID in the token request (${own}) does not match the UID of the service account (${uid})`;
  throw conflict({ group: GROUP, resource: KIND }, name, why);
}

function secondsOf(given: KubernetesObject): number {
  const seconds = Number(getPath(given, 'spec', 'expirationSeconds') ?? DEFAULT_SECONDS);
  const errors: FieldError[] = [];
  const refuse = (why: string): void => {
    const message = `Invalid value: ${seconds}: ${why}`;
    errors.push({ reason: 'FieldValueInvalid', field: 'spec.expirationSeconds', message });
  };
  if (seconds < MIN_SECONDS) refuse('may not specify a duration less than 10 minutes');
  if (seconds > MAX_SECONDS) refuse('may not specify a duration larger than 2^32 seconds');
  if (errors.length > 0) throw invalid(TOKEN_REQUEST, '', errors);
  return seconds;
}

function audiencesOf(given: KubernetesObject): readonly string[] {
  const list = getPath(given, 'spec', 'audiences');
  const audiences = Array.isArray(list) ? list.filter((entry) => typeof entry === 'string') : [];
  return audiences.length === 0 ? [ISSUER] : audiences;
}

interface AccountPlace {
  readonly namespace: string;
  readonly name: string;
}

/** The claims that bind a token to an object: it ends with the object. */
function bind(cluster: Cluster, { namespace, name }: AccountPlace, reference: JsonObject): JsonObject {
  const kind = text(reference, 'kind');
  const apiVersion = text(reference, 'apiVersion');
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  const version = apiVersion.slice(slash + 1);
  if (group !== '' || (kind !== 'Pod' && kind !== 'Node' && kind !== 'Secret')) {
    throw badRequest(`cannot bind token to object of type ${group}/${version}, Kind=${kind}`);
  }
  const resource = { Pod: 'pods', Node: 'nodes', Secret: 'secrets' }[kind];
  const object = ofCore(cluster, resource, kind === 'Node' ? '' : namespace, text(reference, 'name'));
  if (kind === 'Pod' && getPath(object, 'spec', 'serviceAccountName') !== name) {
    const shown = JSON.stringify(name);
    throw badRequest(
      `cannot bind token for serviceaccount ${shown} to pod running with different serviceaccount name.`,
    );
  }
  const uid = metaText(object, 'uid');
  const wanted = text(reference, 'uid');
  if (wanted !== '' && wanted !== uid) {
    const why = `the UID in the bound object reference (${wanted}) does not match the UID in record. `;
    const tail = 'The object might have been deleted and then recreated';
    throw conflict({ group, resource: kind }, text(reference, 'name'), why + tail);
  }
  const claim = { name: metaText(object, 'name'), uid };
  if (kind === 'Secret') return { secret: claim };
  return kind === 'Node' ? { node: claim } : { pod: claim, ...nodeOf(cluster, object) };
}

/** A pod's token also tells the node that the pod is on. */
function nodeOf(cluster: Cluster, pod: KubernetesObject): JsonObject {
  const name = getPath(pod, 'spec', 'nodeName');
  if (typeof name !== 'string' || name === '') return {};
  const node = cluster.store.collection('/nodes').get(`/${name}`)?.object;
  return { node: { name, ...(node === undefined ? {} : { uid: metaText(node, 'uid') }) } };
}

function ofCore(cluster: Cluster, plural: string, namespace: string, name: string): KubernetesObject {
  const resource = cluster.registry.find('', 'v1', plural);
  if (resource === undefined) throw badRequest(`${plural} are not served`);
  return getObject(cluster, resource, namespace, name);
}

/** Who set what of the request; nothing keeps it, but it is answered. */
function owner(given: KubernetesObject, request: WriteRequest, now: Date): JsonObject {
  const spec = getKey(given, 'spec');
  const bound = getPath(given, 'spec', 'boundObjectRef');
  const hasAudiences = isJsonObject(spec) && Array.isArray(spec['audiences']) && spec['audiences'].length > 0;
  const keys = isJsonObject(bound) ? Object.keys(withoutEmpty(bound)) : [];
  return {
    manager: request.manager,
    operation: 'Update',
    apiVersion: API_VERSION,
    time: timestamp(now),
    fieldsType: 'FieldsV1',
    fieldsV1: {
      'f:spec': {
        ...(hasAudiences ? { 'f:audiences': {} } : {}),
        ...(keys.length === 0 ? {} : { 'f:boundObjectRef': Object.fromEntries(keys.map((key) => [`f:${key}`, {}])) }),
        'f:expirationSeconds': {},
      },
    },
    subresource: 'token',
  };
}

/** Protobuf writes what nobody set. */
function withoutEmpty(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== '' && field !== 0 && field !== null));
}

function text(value: JsonValue, key: string): string {
  const found = getPath(value, key);
  return typeof found === 'string' ? found : '';
}
