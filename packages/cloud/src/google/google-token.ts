import { CapstanError } from '@capstan/errors';
import { getPath, parseJson, type JsonValue } from '@capstan/object';
import { askForJson, form, textIn } from '../ask-service.ts';
import type { CloudPorts } from '../cloud-ports.ts';
import { annotationOf, type AccessToken, type ServiceAccountIdentity } from '../identity.ts';
import { rsaKey, signedAssertion } from '../signed-assertion.ts';

const SCOPES = ['https://www.googleapis.com/auth/cloud-platform', 'https://www.googleapis.com/auth/userinfo.email'];
const TOKEN_URL = 'https://oauth2.googleapis.com/token';
const STS_URL = 'https://sts.googleapis.com/v1/token';
const METADATA_HOST = 'metadata.google.internal';
const ASSERTION_SECONDS = 3600;

const EMAIL_KEY = 'iam.gke.io/gcp-service-account';
const EMAIL = /^[a-zA-Z0-9-]{1,100}@[a-zA-Z0-9-]{1,100}\.iam\.gserviceaccount\.com$/;
const PROVIDER_KEY = 'gcp.auth.fluxcd.io/workload-identity-provider';
const PROVIDER = /^projects\/\d{1,30}\/locations\/global\/workloadIdentityPools\/[^/]{1,100}\/providers\/[^/]{1,100}$/;

/** What proves who somebody is to Google, out of a file of credentials. */
export type GoogleCredentials =
  | {
      readonly type: 'service_account';
      readonly email: string;
      readonly keyId: string;
      readonly privateKey: string;
    }
  | {
      readonly type: 'authorized_user';
      readonly clientId: string;
      readonly clientSecret: string;
      readonly refreshToken: string;
    };

/**
 * Reads a file of credentials: of a service account, or of a person. Others name files, programs and servers of their
 * own to ask, and are refused; so is a token server that is not Google's. Throws CLOUD_IDENTITY_INVALID.
 */
export function parseGoogleCredentials(text: string): GoogleCredentials {
  let file: JsonValue;
  try {
    file = parseJson(text);
  } catch {
    throw invalid('they are no JSON');
  }
  const field = (name: string): string => {
    const value = getPath(file, name);
    if (typeof value === 'string' && value !== '') return value;
    throw invalid(`they have no ${name}`);
  };
  const optional = (name: string): string => {
    const value = getPath(file, name);
    return typeof value === 'string' ? value : '';
  };
  const type = getPath(file, 'type');
  if (type === 'authorized_user')
    return {
      type,
      clientId: field('client_id'),
      clientSecret: field('client_secret'),
      // Without one the file is read, and its use fails.
      refreshToken: optional('refresh_token'),
    };
  if (type !== 'service_account') throw invalid('their type is neither service_account nor authorized_user');
  const tokenUrl = getPath(file, 'token_uri') ?? TOKEN_URL;
  if (tokenUrl !== TOKEN_URL && tokenUrl !== 'https://accounts.google.com/o/oauth2/token')
    throw invalid('their token_uri is not Google’s');
  return {
    type,
    email: field('client_email'),
    keyId: optional('private_key_id'),
    privateKey: field('private_key'),
  };
}

/** A token for credentials of a file. Throws CLOUD_IDENTITY_INVALID, CLOUD_REFUSED, CLOUD_UNREACHABLE. */
export async function googleToken(
  ports: CloudPorts,
  credentials: GoogleCredentials,
  signal?: AbortSignal,
): Promise<AccessToken> {
  const what = `Google token for ${credentials.type === 'service_account' ? credentials.email : 'an authorized user'}`;
  const request = form(grantOf(ports, credentials));
  return tokenIn(ports, what, await askForJson(ports, what, { method: 'POST', url: TOKEN_URL, ...request }, signal));
}

function grantOf(ports: CloudPorts, credentials: GoogleCredentials): Record<string, string> {
  if (credentials.type === 'authorized_user')
    return {
      grant_type: 'refresh_token',
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret,
      refresh_token: credentials.refreshToken,
    };
  const { email, keyId, privateKey } = credentials;
  const seconds = Math.floor(ports.now() / 1000);
  const claims = {
    iss: email,
    scope: SCOPES.join(' '),
    aud: TOKEN_URL,
    iat: seconds,
    exp: seconds + ASSERTION_SECONDS,
  };
  const header: Record<string, string> = keyId === '' ? {} : { kid: keyId };
  const assertion = signedAssertion({ algorithm: 'RS256', key: rsaKey(privateKey), header }, claims);
  return { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion };
}

/** A token for this process: of the file that the environment names, else of the machine. Throws as `googleToken`. */
export async function ambientGoogleToken(ports: CloudPorts, signal?: AbortSignal): Promise<AccessToken> {
  const file = ports.env['GOOGLE_APPLICATION_CREDENTIALS'] ?? '';
  if (file !== '') return googleToken(ports, parseGoogleCredentials(await ports.readFile(file)), signal);
  const what = 'the machine’s Google identity';
  const url = `${metadataBase(ports)}/instance/service-accounts/default/token`;
  const headers = { 'metadata-flavor': 'Google' };
  return tokenIn(ports, what, await askForJson(ports, what, { method: 'GET', url, headers }, signal));
}

/** For whom a service account's own token is issued: the provider that it names, else the pool of this GKE cluster. */
export async function googleAudiences(
  ports: CloudPorts,
  account: ServiceAccountIdentity,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const provider = providerOf(account);
  return provider !== undefined ? [provider] : [`${await metadata(ports, 'project/project-id', signal)}.svc.id.goog`];
}

/** A token for a service account of Kubernetes, by exchange, and as a Google account where it names one. */
export async function googleTokenFor(
  ports: CloudPorts,
  account: ServiceAccountIdentity,
  subjectToken: string,
  signal?: AbortSignal,
): Promise<AccessToken> {
  const what = `Google token for service account ${account.namespace}/${account.name}`;
  const request = form({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    audience: providerOf(account) ?? (await clusterAudience(ports, signal)),
    scope: SCOPES.join(' '),
    subject_token: subjectToken,
  });
  const answer = await askForJson(ports, what, { method: 'POST', url: STS_URL, ...request }, signal);
  const federated = tokenIn(ports, what, answer);
  if (!Object.hasOwn(account.annotations, EMAIL_KEY) || account.annotations[EMAIL_KEY] === '') return federated;
  return impersonate(ports, annotationOf(account, EMAIL_KEY, EMAIL), federated, signal);
}

async function impersonate(
  ports: CloudPorts,
  email: string,
  { token }: AccessToken,
  signal?: AbortSignal,
): Promise<AccessToken> {
  const what = `Google token for ${email}`;
  const url = `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${email}:generateAccessToken`;
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const body = JSON.stringify({ scope: SCOPES, lifetime: '3600s' });
  const answer = await askForJson(ports, what, { method: 'POST', url, headers, body }, signal);
  const expiresAt = Date.parse(textIn(what, answer, 'expireTime'));
  if (Number.isNaN(expiresAt)) throw new CapstanError('CLOUD_REFUSED', `${what}: the answer has no expireTime`);
  return { token: textIn(what, answer, 'accessToken'), expiresAt };
}

function providerOf(account: ServiceAccountIdentity): string | undefined {
  if (!Object.hasOwn(account.annotations, PROVIDER_KEY) || account.annotations[PROVIDER_KEY] === '') return undefined;
  return `//iam.googleapis.com/${annotationOf(account, PROVIDER_KEY, PROVIDER)}`;
}

async function clusterAudience(ports: CloudPorts, signal?: AbortSignal): Promise<string> {
  const project = await metadata(ports, 'project/project-id', signal);
  const location = await metadata(ports, 'instance/attributes/cluster-location', signal);
  const cluster = await metadata(ports, 'instance/attributes/cluster-name', signal);
  const url = `https://container.googleapis.com/v1/projects/${project}/locations/${location}/clusters/${cluster}`;
  return `identitynamespace:${project}.svc.id.goog:${url}`;
}

async function metadata(ports: CloudPorts, path: string, signal?: AbortSignal): Promise<string> {
  const url = `${metadataBase(ports)}/${path}`;
  const { status, text } = await ports.send({ method: 'GET', url, headers: { 'metadata-flavor': 'Google' } }, signal);
  if (status === 200 && /^[A-Za-z0-9.:_-]{1,100}$/.test(text.trim())) return text.trim();
  throw new CapstanError('CLOUD_REFUSED', `the GKE metadata server does not tell ${path}`);
}

function metadataBase({ env }: CloudPorts): string {
  return `http://${env['GCE_METADATA_HOST'] ?? METADATA_HOST}/computeMetadata/v1`;
}

function tokenIn(ports: CloudPorts, what: string, answer: JsonValue): AccessToken {
  const seconds = Number(getPath(answer, 'expires_in'));
  if (!(seconds > 0)) throw new CapstanError('CLOUD_REFUSED', `${what}: the answer has no expires_in`);
  return { token: textIn(what, answer, 'access_token'), expiresAt: ports.now() + seconds * 1000 };
}

function invalid(why: string): CapstanError<'CLOUD_IDENTITY_INVALID'> {
  return new CapstanError('CLOUD_IDENTITY_INVALID', `Google’s credentials cannot be used: ${why}`);
}
