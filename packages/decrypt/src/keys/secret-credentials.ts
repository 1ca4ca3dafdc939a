import {
  parseGoogleCredentials,
  type AwsCredentials,
  type AzureApplication,
  type GoogleCredentials,
} from '@capstan/cloud';
import { CapstanError } from '@capstan/errors';
import { getKey, isJsonObject, type JsonObject } from '@capstan/object';
import { parse } from '@capstan/yaml';

/** An application of Azure, or an identity of the machine that this process is on. */
export type AzureSecret =
  | { readonly kind: 'application'; readonly application: AzureApplication }
  | { readonly kind: 'managed-identity'; readonly clientId: string };

/** Keys of AWS: `aws_access_key_id` and `aws_secret_access_key`, perhaps `aws_session_token`. Throws DECRYPT_KEY_INVALID. */
export function readAwsCredentials(bytes: Uint8Array): AwsCredentials {
  const given = mappingOf(bytes, 'AWS KMS');
  const sessionToken = textAt(given, 'aws_session_token');
  return {
    accessKeyId: textAt(given, 'aws_access_key_id'),
    secretAccessKey: textAt(given, 'aws_secret_access_key'),
    ...(sessionToken === '' ? {} : { sessionToken }),
    expiresAt: Number.POSITIVE_INFINITY,
  };
}

/** Who asks Azure, as kustomize-controller reads it. Throws DECRYPT_KEY_INVALID. */
export function readAzureCredentials(bytes: Uint8Array): AzureSecret {
  const given = mappingOf(decoded(bytes), 'Azure Key Vault');
  const text = (key: string): string => textAt(given, key);
  const [tenantId, clientId, secret, pem] = ['tenantId', 'clientId', 'clientSecret', 'clientCertificate'].map(text);
  const application = (tenant = '', client = '', proof: AzureApplication['proof']): AzureSecret => {
    const authorityHost = text('authorityHost');
    const own = authorityHost === '' ? {} : { authorityHost };
    return { kind: 'application', application: { tenantId: tenant, clientId: client, proof, ...own } };
  };
  if (tenantId !== '' && clientId !== '') {
    if (secret !== undefined && secret !== '') return application(tenantId, clientId, { kind: 'secret', secret });
    if (pem !== undefined && pem !== '') {
      const password = text('clientCertificatePassword');
      return application(tenantId, clientId, { kind: 'certificate', pem, password });
    }
  }
  const [tenant, appId, password] = ['tenant', 'appId', 'password'].map(text);
  if (tenant !== '' && appId !== '' && password !== undefined && password !== '')
    return application(tenant, appId, { kind: 'secret', secret: password });
  if (clientId !== undefined && clientId !== '') return { kind: 'managed-identity', clientId };
  throw new CapstanError(
    'DECRYPT_KEY_INVALID',
    "invalid data: requires a 'clientId' field, a combination of 'tenantId', 'clientId' and 'clientSecret', or 'tenantId', 'clientId' and 'clientCertificate'",
  );
}

/** Who asks Google Cloud. Throws CLOUD_IDENTITY_INVALID. */
export function readGoogleCredentials(bytes: Uint8Array): GoogleCredentials {
  return parseGoogleCredentials(Buffer.from(bytes).toString('utf8').trim());
}

function mappingOf(bytes: Uint8Array, service: string): JsonObject {
  let value: unknown;
  try {
    value = parse(bytes, { rules: 'v2' });
  } catch {
    value = undefined;
  }
  if (isJsonObject(value)) return value;
  throw new CapstanError('DECRYPT_KEY_INVALID', `they are no credentials of ${service}`);
}

function textAt(value: JsonObject, key: string): string {
  const found = getKey(value, key);
  return typeof found === 'string' ? found : '';
}

/** Azure's own tools write such files in UTF-16. */
function decoded(bytes: Uint8Array): Uint8Array {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return Buffer.from(new TextDecoder('utf-16le').decode(bytes));
  if (first === 0xfe && second === 0xff) return Buffer.from(new TextDecoder('utf-16be').decode(bytes));
  return bytes;
}
