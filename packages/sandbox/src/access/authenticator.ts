import { getKey, type JsonObject } from '@capstan/object';
import type { Clock } from '../cluster-api.ts';
import type { Store } from '../store/store.ts';
import { claimedUser, legacyUser, type ClaimedUser } from './account-claims.ts';
import { parseToken, signatureFault, signToken } from './jwt.ts';
import type { SigningKey } from './signing-key.ts';
import { ADMIN, AUTHENTICATED, type User } from './user.ts';

/** Who issues tokens, and whom they are for when nobody else is named. */
export const ISSUER = 'https://kubernetes.default.svc';

/** Who issues the tokens in Secrets. */
const LEGACY_ISSUER = 'kubernetes/serviceaccount';

/** So many tokens whose signature was found good are remembered. */
const REMEMBERED = 1024;

/** A user who shows a token of their own. */
export interface StaticToken {
  readonly token: string;
  readonly user: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
}

/** Who bears a token and for whom it is, or why nobody does: one line for each way that was tried. */
export type Authentication =
  { readonly user: User; readonly audiences: readonly string[] } | { readonly faults: readonly string[] };

/** What an authenticator knows tokens by. */
export interface AuthenticatorOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly key: SigningKey;
  /** The administrator's token. */
  readonly adminToken: string | undefined;
  readonly tokens: readonly StaticToken[];
}

const UNKNOWN = 'invalid bearer token';

/** Tells who bears a token: the administrator, a user of a static token, or a service account. */
export class Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #static = new Map<string, User>();
  readonly #good = new Map<string, JsonObject>();

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
    if (options.adminToken !== undefined) this.#static.set(options.adminToken, ADMIN);
    for (const { token, user, uid = '', groups = [] } of options.tokens) {
      this.#static.set(token, { name: user, uid, groups: [...groups, AUTHENTICATED], extra: {} });
    }
  }

  get key(): SigningKey {
    return this.#options.key;
  }

  /** Who bears a token that is to be good for one of the audiences. */
  authenticate(token: string, audiences: readonly string[] = [ISSUER]): Authentication {
    const known = this.#static.get(token);
    if (known !== undefined) {
      return audiences.includes(ISSUER) ? { user: known, audiences: [ISSUER] } : { faults: [UNKNOWN] };
    }
    const claims = this.#claimsOf(token);
    if ('fault' in claims) return { faults: claims.fault === '' ? [UNKNOWN] : [UNKNOWN, claims.fault] };
    const own = audiencesOf(claims.claims);
    const common = audiences.filter((audience) => own.includes(audience));
    if (common.length === 0) {
      const fault = `token audiences ${goList(own)} is invalid for the target audiences ${goList(audiences)}`;
      return { faults: [UNKNOWN, fault] };
    }
    const found = this.#user(claims.claims, token);
    return 'fault' in found ? { faults: [UNKNOWN, found.fault] } : { user: found.user, audiences: common };
  }

  /** Signs a service account's token. */
  issue(claims: JsonObject): string {
    return signToken(this.key, { ...claims, iss: ISSUER });
  }

  /** Signs the token of a Secret, which does not end. */
  issueLegacy(claims: JsonObject): string {
    return signToken(this.key, { ...claims, iss: LEGACY_ISSUER });
  }

  #user(claims: JsonObject, token: string): ClaimedUser {
    const { store, clock } = this.#options;
    const isLegacy = getKey(claims, 'iss') === LEGACY_ISSUER;
    return isLegacy ? legacyUser(store, claims, token) : claimedUser(store, claims, clock.now());
  }

  /** The claims of a token that was signed here. No fault is told of what somebody else may have issued. */
  #claimsOf(token: string): { readonly claims: JsonObject } | { readonly fault: string } {
    const good = this.#good.get(token);
    if (good !== undefined) return { claims: good };
    const parsed = parseToken(token);
    const issuer = parsed === undefined ? undefined : getKey(parsed.claims, 'iss');
    if (parsed === undefined || (issuer !== ISSUER && issuer !== LEGACY_ISSUER)) return { fault: '' };
    const fault = signatureFault(this.key, parsed);
    if (fault !== undefined) return { fault };
    if (this.#good.size >= REMEMBERED) this.#good.clear();
    this.#good.set(token, parsed.claims);
    return { claims: parsed.claims };
  }
}

/** Whom a token is for; a Secret's is for the API server. */
function audiencesOf(claims: JsonObject): readonly string[] {
  const list = getKey(claims, 'aud');
  const audiences = (Array.isArray(list) ? list : [list]).filter((entry) => typeof entry === 'string');
  return audiences.length === 0 ? [ISSUER] : audiences;
}

function goList(list: readonly string[]): string {
  return `[${list.map((entry) => JSON.stringify(entry)).join(' ')}]`;
}

/**
 * The bearer token of an Authorization header; undefined where there is none, which makes its sender nobody.
 */
export function bearerToken(authorization: string | undefined): string | undefined {
  const [scheme = '', token = ''] = (authorization ?? '').trim().split(' ');
  return scheme.toLowerCase() === 'bearer' && token !== '' ? token : undefined;
}
