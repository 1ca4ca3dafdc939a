import { createHash, randomUUID, X509Certificate } from 'node:crypto';
import { CapstanError } from '@capstan/errors';
import { getPath, type JsonValue } from '@capstan/object';
import { askForJson, form, textIn } from '../ask-service.ts';
import type { CloudPorts } from '../cloud-ports.ts';
import type { AccessToken } from '../identity.ts';
import { rsaKey, signedAssertion } from '../signed-assertion.ts';

/** Who an application of Microsoft Entra ID is, and how it proves that. */
export interface AzureApplication {
  readonly tenantId: string;
  readonly clientId: string;
  readonly proof:
    | { readonly kind: 'secret'; readonly secret: string }
    /** A token that somebody else has issued for it: of a Kubernetes service account. */
    | { readonly kind: 'federated'; readonly token: string }
    /** A certificate with its key, in PEM. */
    | { readonly kind: 'certificate'; readonly pem: string; readonly password: string };
  /** Where it asks, instead of the cloud that this process is in. */
  readonly authorityHost?: string;
}

const PUBLIC_AUTHORITY = 'https://login.microsoftonline.com';
/** Whoever signs in elsewhere shows a secret of theirs to a stranger, or us to a server within our network. */
const authorities: ReadonlySet<string> = new Set([
  'login.microsoftonline.com',
  'login.windows.net',
  'login.microsoft.com',
  'login.microsoftonline.us',
  'login.chinacloudapi.cn',
  'login.partner.microsoftonline.cn',
  'login.microsoftonline.de',
]);
const METADATA = 'http://169.254.169.254/metadata/identity/oauth2/token';
const ASSERTION_SECONDS = 300;

/** A token for a scope, for an application. Throws CLOUD_IDENTITY_INVALID, CLOUD_REFUSED, CLOUD_UNREACHABLE. */
export async function azureToken(
  ports: CloudPorts,
  application: AzureApplication,
  scope: string,
  signal?: AbortSignal,
): Promise<AccessToken> {
  const { tenantId, clientId } = application;
  for (const [what, value] of [
    ['tenant', tenantId],
    ['client', clientId],
  ] as const)
    if (!/^[A-Za-z0-9.-]{1,100}$/.test(value))
      throw new CapstanError('CLOUD_IDENTITY_INVALID', `the ${what} ID of an Azure application is not valid`);
  const url = `${authorityOf(ports, application)}/${tenantId}/oauth2/v2.0/token`;
  const what = `Azure token for application ${clientId}`;
  const request = form({
    grant_type: 'client_credentials',
    client_id: clientId,
    scope,
    ...proofOf(ports, application, url),
  });
  return tokenIn(ports, what, await askForJson(ports, what, { method: 'POST', url, ...request }, signal));
}

/**
 * A token for a scope, for this process, as Azure's SDKs find it: an application of the environment, workload identity,
 * else the machine's managed identity. No program is run. Throws as `azureToken`.
 */
export async function ambientAzureToken(ports: CloudPorts, scope: string, signal?: AbortSignal): Promise<AccessToken> {
  const { env } = ports;
  const tenantId = env['AZURE_TENANT_ID'] ?? '';
  const clientId = env['AZURE_CLIENT_ID'] ?? '';
  const secret = env['AZURE_CLIENT_SECRET'] ?? '';
  const tokenFile = env['AZURE_FEDERATED_TOKEN_FILE'] ?? '';
  if (tenantId !== '' && clientId !== '' && secret !== '')
    return azureToken(ports, { tenantId, clientId, proof: { kind: 'secret', secret } }, scope, signal);
  if (tenantId !== '' && clientId !== '' && tokenFile !== '') {
    const token = (await ports.readFile(tokenFile)).trim();
    return azureToken(ports, { tenantId, clientId, proof: { kind: 'federated', token } }, scope, signal);
  }
  return managedIdentityToken(ports, clientId, scope, signal);
}

/** A token of the machine's managed identity: the one of `clientId`, or its own where that is empty. */
export async function managedIdentityToken(
  ports: CloudPorts,
  clientId: string,
  scope: string,
  signal?: AbortSignal,
): Promise<AccessToken> {
  const url = new URL(METADATA);
  url.searchParams.set('api-version', '2018-02-01');
  url.searchParams.set('resource', scope.replace(/\/\.default$/, ''));
  if (clientId !== '') url.searchParams.set('client_id', clientId);
  const what = 'the machine’s Azure identity';
  const request = { method: 'GET', url: url.href, headers: { metadata: 'true' } } as const;
  return tokenIn(ports, what, await askForJson(ports, what, request, signal));
}

function authorityOf({ env }: CloudPorts, { authorityHost }: AzureApplication): string {
  const own = (env['AZURE_AUTHORITY_HOST'] ?? PUBLIC_AUTHORITY).replace(/\/+$/, '');
  if (authorityHost === undefined || authorityHost === '') return own;
  const wanted = authorityHost.replace(/\/+$/, '');
  const url = URL.canParse(wanted) ? new URL(wanted) : undefined;
  if (wanted === own || (url?.protocol === 'https:' && url.port === '' && authorities.has(url.hostname))) return wanted;
  throw new CapstanError('CLOUD_IDENTITY_INVALID', 'authorityHost is none of Azure’s sign-in servers');
}

function proofOf(ports: CloudPorts, { proof, clientId }: AzureApplication, url: string): Record<string, string> {
  if (proof.kind === 'secret') return { client_secret: proof.secret };
  const assertion = proof.kind === 'federated' ? proof.token : certificateAssertion(ports, proof, clientId, url);
  return {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  };
}

function certificateAssertion(
  ports: CloudPorts,
  { pem, password }: { readonly pem: string; readonly password: string },
  clientId: string,
  url: string,
): string {
  const thumbprint = createHash('sha256').update(certificateIn(pem)).digest('base64url');
  const seconds = Math.floor(ports.now() / 1000);
  const claims = {
    aud: url,
    iss: clientId,
    sub: clientId,
    jti: randomUUID(),
    nbf: seconds,
    exp: seconds + ASSERTION_SECONDS,
  };
  const key = rsaKey(blockOf(pem, 'PRIVATE KEY'), password);
  return signedAssertion({ algorithm: 'PS256', key, header: { 'x5t#S256': thumbprint } }, claims);
}

function certificateIn(pem: string): Buffer {
  try {
    return new X509Certificate(blockOf(pem, 'CERTIFICATE')).raw;
  } catch {
    throw new CapstanError('CLOUD_IDENTITY_INVALID', 'clientCertificate holds no certificate in PEM');
  }
}

/** The first block of a PEM text whose title ends with some words. */
function blockOf(pem: string, title: string): string {
  const blocks = pem.split(/(?=-----BEGIN )/);
  return blocks.find((block) => block.slice(0, 60).split('\n', 1)[0]?.includes(`${title}-----`) === true) ?? '';
}

function tokenIn(ports: CloudPorts, what: string, answer: JsonValue): AccessToken {
  // IMDS gives its numbers as texts.
  const seconds = Number(getPath(answer, 'expires_in'));
  if (!(seconds > 0)) throw new CapstanError('CLOUD_REFUSED', `${what}: the answer has no expires_in`);
  return { token: textIn(what, answer, 'access_token'), expiresAt: ports.now() + seconds * 1000 };
}
