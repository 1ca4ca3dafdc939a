/** Who makes a request, as authentication found it. */
export interface User {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** The group whose members may do everything, whatever roles say. */
export const MASTERS = 'system:masters';
export const AUTHENTICATED = 'system:authenticated';
export const UNAUTHENTICATED = 'system:unauthenticated';

/** Who bears the administrator's token. */
export const ADMIN: User = { name: 'admin', uid: 'admin', groups: [MASTERS, AUTHENTICATED], extra: {} };

/** Who says nothing of themselves. */
export const ANONYMOUS: User = { name: 'system:anonymous', uid: '', groups: [UNAUTHENTICATED], extra: {} };

/** The server itself and the controllers inside the process. */
export const SERVER: User = { name: 'system:apiserver', uid: '', groups: [AUTHENTICATED, MASTERS], extra: {} };

/** Whether nothing has to be asked about a user. */
export function mayDoEverything(user: User): boolean {
  return user === ADMIN || user === SERVER || user.groups.includes(MASTERS);
}

const PREFIX = 'system:serviceaccount:';
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Longest name of a namespace and of a service account. */
const LABEL_LIMIT = 63;
const SUBDOMAIN_LIMIT = 253;

/** The user name of a service account. */
export function accountUserName(namespace: string, name: string): string {
  return `${PREFIX}${namespace}:${name}`;
}

/** The groups of a service account, `system:authenticated` not among them. */
export function accountGroups(namespace: string): readonly string[] {
  return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
}

/** The service account that a user name means; undefined where it means none. */
export function accountOfUserName(userName: string): { readonly namespace: string; readonly name: string } | undefined {
  if (!userName.startsWith(PREFIX)) return undefined;
  const [namespace = '', name = '', ...more] = userName.slice(PREFIX.length).split(':');
  if (more.length > 0 || namespace.length > LABEL_LIMIT || name.length > SUBDOMAIN_LIMIT) return undefined;
  return LABEL.test(namespace) && SUBDOMAIN.test(name) ? { namespace, name } : undefined;
}
