import type { IncomingHttpHeaders } from 'node:http';
import { badRequest } from '../registry/api-status-error.ts';
import type { ResourceWish } from './attributes.ts';
import type { Authorizer } from './authorizer.ts';
import {
  accountGroups,
  accountOfUserName,
  accountUserName,
  ANONYMOUS,
  AUTHENTICATED,
  UNAUTHENTICATED,
  type User,
} from './user.ts';

const EXTRA_PREFIX = 'impersonate-extra-';
const GROUP = 'authentication.k8s.io';

/** A request's headers: for how many values a header has, apart. */
export interface RequestHeaders {
  readonly headers: IncomingHttpHeaders;
  readonly headersDistinct: NodeJS.Dict<string[]>;
}

/** One thing to be: a wish to `impersonate` it. `value` and `kind` are how a refusal shows it. */
interface Part {
  readonly kind: string;
  readonly apiVersion: string;
  readonly wish: ResourceWish;
  /** The key of an extra. */
  readonly key: string;
}

/**
 * The user that a request is to be made as: the one who asks, or the one that they ask to be and may be.
 * @throws ApiStatusError 400 where headers name no user, 403 where they may not
 */
export function impersonated(user: User, request: RequestHeaders, authorizer: Authorizer): User {
  const { headers } = request;
  const names = Object.keys(headers).filter((name) => name.startsWith('impersonate-'));
  if (names.length === 0) return user;
  const parts = partsOf(request, names);
  if (parts.length === 0) return user;
  if (!parts.some(({ kind }) => kind === 'User' || kind === 'ServiceAccount')) {
    throw badRequest(`requested [${parts.map(goText).join(' ')}] without impersonating a user`);
  }
  for (const { wish } of parts) authorizer.require(user, wish);
  return become(parts);
}

function partsOf({ headers, headersDistinct }: RequestHeaders, names: readonly string[]): readonly Part[] {
  const first = (name: string): string => headersDistinct[name]?.[0] ?? '';
  const parts: Part[] = [];
  const name = first('impersonate-user');
  const account = accountOfUserName(name);
  if (account !== undefined) parts.push(part('ServiceAccount', 'serviceaccounts', account));
  else if (name !== '') parts.push(part('User', 'users', { name }));
  for (const group of headersDistinct['impersonate-group'] ?? []) parts.push(part('Group', 'groups', { name: group }));
  for (const header of names.filter((each) => each.startsWith(EXTRA_PREFIX) && headers[each] !== undefined)) {
    const key = unescaped(header.slice(EXTRA_PREFIX.length));
    for (const value of headersDistinct[header] ?? []) {
      parts.push(part('UserExtra', 'userextras', { name: value, key }));
    }
  }
  const uid = first('impersonate-uid');
  if (uid !== '') parts.push(part('UID', 'uids', { name: uid }));
  return parts;
}

interface PartFields {
  readonly name: string;
  readonly namespace?: string;
  readonly key?: string;
}

function part(kind: string, resource: string, { name, namespace = '', key = '' }: PartFields): Part {
  const isIdentity = kind === 'UserExtra' || kind === 'UID';
  const group = isIdentity ? GROUP : '';
  const wish = { isResource: true, verb: 'impersonate', group, resource, subresource: key, namespace, name } as const;
  return { kind, apiVersion: isIdentity ? `${GROUP}/v1` : '', wish, key };
}

/** Groups that are named are all there are, but for whether one is authenticated. */
function become(parts: readonly Part[]): User {
  const of = (kind: string): readonly Part[] => parts.filter((each) => each.kind === kind);
  const [account] = of('ServiceAccount');
  const named = of('Group').map(({ wish }) => wish.name);
  const name =
    account === undefined
      ? (of('User')[0]?.wish.name ?? '')
      : accountUserName(account.wish.namespace, account.wish.name);
  const groups = named.length === 0 && account !== undefined ? accountGroups(account.wish.namespace) : named;
  const extra: Record<string, string[]> = {};
  for (const { key, wish } of of('UserExtra')) extra[key] = [...(extra[key] ?? []), wish.name];
  return { name, uid: of('UID')[0]?.wish.name ?? '', groups: withStanding(name, groups), extra };
}

function withStanding(name: string, groups: readonly string[]): readonly string[] {
  if (name === ANONYMOUS.name) return groups.includes(UNAUTHENTICATED) ? groups : [...groups, UNAUTHENTICATED];
  const says = groups.includes(AUTHENTICATED) || groups.includes(UNAUTHENTICATED);
  return says ? groups : [...groups, AUTHENTICATED];
}

function unescaped(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch (error) {
    if (error instanceof URIError) return key;
    throw error;
  }
}

/** An ObjectReference as Go's %v prints it: kind, namespace, name, uid, apiVersion, resourceVersion, fieldPath. */
function goText({ kind, apiVersion, wish, key }: Part): string {
  return `{${[kind, wish.namespace, wish.name, '', apiVersion, '', key].join(' ')}}`;
}
