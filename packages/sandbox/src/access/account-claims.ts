import { getKey, getPath, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import { metaText } from '../registry/metadata.ts';
import { objectKey } from '../store/collection.ts';
import type { Store } from '../store/store.ts';
import { accountGroups, accountOfUserName, accountUserName, AUTHENTICATED, type User } from './user.ts';

/** Clocks may differ by so much, in milliseconds. */
const LEEWAY_MS = 60_000;

const EXTRA = 'authentication.kubernetes.io';

/** Whom claims name, or why they name nobody any more. */
export type ClaimedUser = { readonly user: User } | { readonly fault: string };

/**
 * The service account that a token's claims name, while it and what the token is bound to are there. The claims'
 * signature has been checked.
 */
export function claimedUser(store: Store, claims: JsonObject, now: Date): ClaimedUser {
  const timeFault = faultOfTime(claims, now);
  if (timeFault !== undefined) return { fault: timeFault };
  const own = getKey(claims, 'kubernetes.io') ?? {};
  const namespace = text(own, 'namespace');
  const account = { name: text(own, 'serviceaccount', 'name'), uid: text(own, 'serviceaccount', 'uid') };
  const fault =
    accountFault(store, namespace, account, now) ??
    boundFault(store, 'secrets', namespace, getPath(own, 'secret'), now) ??
    boundFault(store, 'pods', namespace, getPath(own, 'pod'), now) ??
    (getPath(own, 'pod') === undefined ? boundFault(store, 'nodes', '', getPath(own, 'node'), now) : undefined);
  if (fault !== undefined) return { fault };
  const id = text(claims, 'jti');
  const extra: Record<string, readonly string[]> = {
    ...(id === '' ? {} : { [`${EXTRA}/credential-id`]: [`JTI=${id}`] }),
  };
  for (const kind of ['node', 'pod']) {
    for (const part of ['name', 'uid']) {
      const value = text(own, kind, part);
      if (value !== '') extra[`${EXTRA}/${kind}-${part}`] = [value];
    }
  }
  return { user: accountUser(namespace, account, extra) };
}

/**
 * The service account that the claims of a token Secret name; `token` has to be what the Secret holds. Such tokens end
 * with their Secret, not with time.
 */
export function legacyUser(store: Store, claims: JsonObject, token: string): ClaimedUser {
  const prefix = 'kubernetes.io/serviceaccount/';
  const namespace = text(claims, `${prefix}namespace`);
  const account = {
    name: text(claims, `${prefix}service-account.name`),
    uid: text(claims, `${prefix}service-account.uid`),
  };
  const subject = accountOfUserName(text(claims, 'sub'));
  if (subject?.namespace !== namespace || subject.name !== account.name) return { fault: 'sub claim is invalid' };
  const secret = find(store, 'secrets', namespace, text(claims, `${prefix}secret.name`));
  if (secret === undefined || metaText(secret, 'deletionTimestamp') !== '') {
    return { fault: 'Token has been invalidated' };
  }
  if (Buffer.from(text(secret, 'data', 'token'), 'base64').toString('utf8') !== token) {
    return { fault: "Token does not match server's copy" };
  }
  const found = find(store, 'serviceaccounts', namespace, account.name);
  if (found === undefined) return { fault: missing('serviceaccount', account.name) };
  if (metaText(found, 'deletionTimestamp') !== '') {
    return { fault: `ServiceAccount ${namespace}/${account.name} has been deleted` };
  }
  const uid = metaText(found, 'uid');
  if (uid !== account.uid) return { fault: `ServiceAccount UID (${uid}) does not match claim (${account.uid})` };
  return { user: accountUser(namespace, account, {}) };
}

interface AccountName {
  readonly name: string;
  readonly uid: string;
}

function accountUser(namespace: string, { name, uid }: AccountName, extra: User['extra']): User {
  const groups = [...accountGroups(namespace), AUTHENTICATED];
  return { name: accountUserName(namespace, name), uid, groups, extra };
}

function faultOfTime(claims: JsonObject, now: Date): string | undefined {
  const at = (key: string): number | undefined => {
    const value = getKey(claims, key);
    return typeof value === 'number' ? value * 1000 : undefined;
  };
  const time = now.getTime();
  if (time + LEEWAY_MS < (at('nbf') ?? 0)) return 'service account token is not valid yet';
  if (time - LEEWAY_MS > (at('exp') ?? Number.POSITIVE_INFINITY)) return 'service account token has expired';
  if (time + LEEWAY_MS < (at('iat') ?? 0)) return 'service account token is issued in the future';
  return undefined;
}

function accountFault(store: Store, namespace: string, { name, uid }: AccountName, now: Date): string | undefined {
  const account = find(store, 'serviceaccounts', namespace, name);
  if (account === undefined) return missing('serviceaccounts', name);
  const actual = metaText(account, 'uid');
  if (actual !== uid) return `service account UID (${actual}) does not match claim (${uid})`;
  return isGone(account, now) ? `service account ${namespace}/${name} has been deleted` : undefined;
}

/** What a token is bound to takes it along. */
function boundFault(
  store: Store,
  resource: 'secrets' | 'pods' | 'nodes',
  namespace: string,
  reference: JsonValue | undefined,
  now: Date,
): string | undefined {
  if (reference === undefined) return undefined;
  const object = find(store, resource, namespace, text(reference, 'name'));
  if (object === undefined) return 'service account token has been invalidated';
  const uid = text(reference, 'uid');
  const actual = metaText(object, 'uid');
  const kind = resource.slice(0, -1);
  if (actual !== uid)
    return `${capitalised(kind)} UID (${actual}) does not match service account ${kind} ref claim (${uid})`;
  return isGone(object, now) ? 'service account token has been invalidated' : undefined;
}

function isGone(object: KubernetesObject, now: Date): boolean {
  const since = metaText(object, 'deletionTimestamp');
  return since !== '' && Date.parse(since) < now.getTime() - LEEWAY_MS;
}

function find(store: Store, resource: string, namespace: string, name: string): KubernetesObject | undefined {
  return store.collection(`/${resource}`).get(objectKey(namespace, name))?.object;
}

function missing(resource: string, name: string): string {
  return `${resource} ${JSON.stringify(name)} not found`;
}

function capitalised(word: string): string {
  return word === 'secret' ? word : `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}

function text(value: JsonValue, ...path: readonly string[]): string {
  const found = getPath(value, ...path);
  return typeof found === 'string' ? found : '';
}
