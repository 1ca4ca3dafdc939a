import { assumeRoleWithWebIdentity } from './aws/assume-role.ts';
import { ambientAwsCredentials, type AwsCredentials } from './aws/aws-credentials.ts';
import { ambientAzureToken, azureToken, managedIdentityToken, type AzureApplication } from './azure/azure-token.ts';
import type { CloudPorts } from './cloud-ports.ts';
import { ExpiringCache } from './expiring-cache.ts';
import {
  ambientGoogleToken,
  googleAudiences,
  googleToken,
  googleTokenFor,
  type GoogleCredentials,
} from './google/google-token.ts';
import { annotationOf, identityKey, type AccessToken, type CloudIdentity } from './identity.ts';

const ROLE_KEY = 'eks.amazonaws.com/role-arn';
const ROLE = /^arn:aws[\w-]*:iam::[0-9]{1,30}:role\/.{1,200}$/;
const TENANT_KEY = 'azure.workload.identity/tenant-id';
const CLIENT_KEY = 'azure.workload.identity/client-id';
const ANY = /^[\s\S]+$/;

/** Tokens and credentials of the clouds, by who asks; each is kept until shortly before it ends. */
export class CloudTokens {
  readonly ports: CloudPorts;
  readonly #cache: ExpiringCache;

  constructor(ports: CloudPorts) {
    this.ports = ports;
    this.#cache = new ExpiringCache(ports.now);
  }

  /** Credentials of AWS. Throws CLOUD_IDENTITY_INVALID, CLOUD_REFUSED, CLOUD_UNREACHABLE. */
  aws(identity: CloudIdentity, region: string, signal?: AbortSignal): Promise<AwsCredentials> {
    return this.#cache.get(`aws ${region} ${identityKey(identity)}`, async () => {
      if (identity.kind === 'ambient') return ambientAwsCredentials(this.ports, region, signal);
      const roleArn = annotationOf(identity, ROLE_KEY, ROLE);
      const token = await identity.tokenFor(['sts.amazonaws.com'], signal);
      const sessionName = `${identity.name}.${identity.namespace}.${region}.fluxcd.io`;
      return assumeRoleWithWebIdentity(this.ports, { region, roleArn, sessionName, token }, signal);
    });
  }

  /** A token of Azure for a scope. Throws CLOUD_IDENTITY_INVALID, CLOUD_REFUSED, CLOUD_UNREACHABLE. */
  azure(identity: CloudIdentity, scope: string, signal?: AbortSignal): Promise<AccessToken> {
    return this.#cache.get(`azure ${scope} ${identityKey(identity)}`, async () => {
      if (identity.kind === 'ambient') return ambientAzureToken(this.ports, scope, signal);
      const tenantId = annotationOf(identity, TENANT_KEY, ANY);
      const clientId = annotationOf(identity, CLIENT_KEY, ANY);
      const token = await identity.tokenFor(['api://AzureADTokenExchange'], signal);
      return azureToken(this.ports, { tenantId, clientId, proof: { kind: 'federated', token } }, scope, signal);
    });
  }

  /** A token of Google Cloud. Throws CLOUD_IDENTITY_INVALID, CLOUD_REFUSED, CLOUD_UNREACHABLE. */
  google(identity: CloudIdentity, signal?: AbortSignal): Promise<AccessToken> {
    return this.#cache.get(`google ${identityKey(identity)}`, async () => {
      if (identity.kind === 'ambient') return ambientGoogleToken(this.ports, signal);
      const token = await identity.tokenFor(await googleAudiences(this.ports, identity, signal), signal);
      return googleTokenFor(this.ports, identity, token, signal);
    });
  }

  /** A token for an application with credentials of its own. Not kept: who has the credentials keeps it. */
  azureApplication(application: AzureApplication, scope: string, signal?: AbortSignal): Promise<AccessToken> {
    return azureToken(this.ports, application, scope, signal);
  }

  /** A token of a managed identity of this machine's. */
  azureManagedIdentity(clientId: string, scope: string, signal?: AbortSignal): Promise<AccessToken> {
    return managedIdentityToken(this.ports, clientId, scope, signal);
  }

  /** A token for credentials of a file. Not kept: who has the credentials keeps it. */
  googleCredentials(credentials: GoogleCredentials, signal?: AbortSignal): Promise<AccessToken> {
    return googleToken(this.ports, credentials, signal);
  }

  /** What is kept under a key was refused. */
  forget(key: string): void {
    this.#cache.forget(key);
  }

  /** What expires, kept under a key until shortly before. */
  keep<Value extends { readonly expiresAt: number }>(key: string, ask: () => Promise<Value>): Promise<Value> {
    return this.#cache.get(key, ask);
  }
}
