import { CapstanError } from '@capstan/errors';
import type { CloudPorts } from '../cloud-ports.ts';
import type { AwsCredentials } from './aws-credentials.ts';
import { keysOf, stamp } from './sign-request.ts';

/** CodeCommit takes a password for about so long after it was signed. */
const VALID_MS = 15 * 60_000;

/** A user name and a password for one repository. */
export interface CodeCommitLogin {
  readonly username: string;
  readonly password: string;
  readonly expiresAt: number;
}

/** The region of a CodeCommit repository by its URL, which must be https. Throws CLOUD_IDENTITY_INVALID. */
export function codeCommitRegion(url: string): string {
  const { protocol, hostname } = URL.canParse(url) ? new URL(url) : { protocol: '', hostname: '' };
  if (protocol !== 'https:')
    throw new CapstanError('CLOUD_IDENTITY_INVALID', 'AWS CodeCommit authentication requires an HTTPS Git URL');
  const region = /^git-codecommit(?:-fips)?\.([a-z0-9-]{1,40})\.amazonaws\.com(?:\.cn)?$/.exec(hostname)?.[1];
  if (region !== undefined) return region;
  throw new CapstanError('CLOUD_IDENTITY_INVALID', `invalid AWS CodeCommit Git URL: ${hostname}`);
}

/** Signs in to a repository: a signature over its URL is the password. Throws CLOUD_IDENTITY_INVALID. */
export async function codeCommitLogin(
  ports: Pick<CloudPorts, 'now'>,
  url: string,
  credentials: AwsCredentials,
): Promise<CodeCommitLogin> {
  const { AwsV4Signer } = await import('aws4fetch');
  const now = ports.now();
  const { host } = new URL(url);
  const signing = { service: 'codecommit', region: codeCommitRegion(url), credentials };
  const signer = new AwsV4Signer({ method: 'GIT', url, ...keysOf(signing), datetime: stamp(now).slice(0, -1) });
  // CodeCommit's form of the protocol: the host is the one header, and a request has no body to be told of.
  Object.assign(signer, { signedHeaders: 'host', canonicalHeaders: `host:${host}`, hexBodyHash: () => '' });
  const { accessKeyId, sessionToken } = credentials;
  return {
    username: sessionToken === undefined ? accessKeyId : `${accessKeyId}%${sessionToken}`,
    password: `${stamp(now)}${await signer.signature()}`,
    expiresAt: Math.min(now + VALID_MS, credentials.expiresAt),
  };
}
