import { CapstanError } from '@capstan/errors';

/** A token that opens something until it ends. */
export interface AccessToken {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** A service account of Kubernetes whose own tokens a cloud, or another cluster, takes. */
export interface ServiceAccountIdentity {
  readonly kind: 'service-account';
  readonly namespace: string;
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** A token of the account's own for somebody; for the API server itself where there are no audiences. */
  readonly tokenFor: (audiences: readonly string[], signal: AbortSignal | undefined) => Promise<string>;
}

/** As whom something is asked for: as a service account, or as this process itself, by what its surroundings give it. */
export type CloudIdentity = ServiceAccountIdentity | { readonly kind: 'ambient' };

/** An identity as keys of caches know it: an account with other annotations is another one. */
export function identityKey(identity: CloudIdentity): string {
  if (identity.kind === 'ambient') return 'ambient';
  const { namespace, name, annotations } = identity;
  return JSON.stringify([namespace, name, Object.entries(annotations).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** An annotation that an account must have. Throws CLOUD_IDENTITY_INVALID. */
export function annotationOf(account: ServiceAccountIdentity, key: string, form: RegExp): string {
  const value = Object.hasOwn(account.annotations, key) ? (account.annotations[key] ?? '') : '';
  if (form.test(value)) return value;
  throw new CapstanError(
    'CLOUD_IDENTITY_INVALID',
    `the annotation ${key} of service account ${account.namespace}/${account.name} ${value === '' ? 'is missing' : `must match ${form.source}`}`,
  );
}

/** When a JSON web token ends, and whose it is; it is not verified: whoever it is shown to does that. */
export function claimsOf(token: string): { readonly expiresAt: number; readonly subject: string } {
  const [, payload = ''] = token.split('.');
  let claims: unknown;
  try {
    claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  } catch {
    claims = undefined;
  }
  const { exp, sub } =
    typeof claims === 'object' && claims !== null ? (claims as { exp?: unknown; sub?: unknown }) : {};
  if (typeof exp !== 'number' || !Number.isFinite(exp))
    throw new CapstanError('CLOUD_IDENTITY_INVALID', 'a service account token does not say when it ends');
  return { expiresAt: exp * 1000, subject: typeof sub === 'string' ? sub : '' };
}
