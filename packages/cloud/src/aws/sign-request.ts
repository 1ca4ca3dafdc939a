import type { CloudPorts, ServiceRequest } from '../cloud-ports.ts';
import type { AwsCredentials } from './aws-credentials.ts';

/** For what a request is signed, and by whom. */
export interface Signing {
  readonly service: string;
  readonly region: string;
  readonly credentials: AwsCredentials;
}

/** A request signed by AWS's Signature Version 4. */
export async function signAwsRequest(
  ports: Pick<CloudPorts, 'now'>,
  request: ServiceRequest,
  signing: Signing,
): Promise<ServiceRequest> {
  const { AwsV4Signer } = await import('aws4fetch');
  const signed = await new AwsV4Signer({ ...request, ...keysOf(signing), datetime: stamp(ports.now()) }).sign();
  // The library keeps the headers that it was given, in lower case, and adds its own.
  return { ...request, url: signed.url.href, headers: Object.fromEntries(signed.headers) };
}

/** A URL that proves who asks by itself, until `seconds` have passed; who uses it must send the headers, too. */
export async function presignAwsUrl(
  ports: Pick<CloudPorts, 'now'>,
  {
    url,
    headers,
    seconds,
  }: { readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly seconds: number },
  signing: Signing,
): Promise<string> {
  const { AwsV4Signer } = await import('aws4fetch');
  const expiring = new URL(url);
  expiring.searchParams.set('X-Amz-Expires', String(seconds));
  const options = { method: 'GET', url: expiring.href, headers, signQuery: true, datetime: stamp(ports.now()) };
  const signed = await new AwsV4Signer({ ...options, ...keysOf(signing) }).sign();
  return signed.url.href;
}

/** A moment as signatures have it: `20260102T030405Z`. */
export function stamp(now: number): string {
  return new Date(now).toISOString().replace(/[:-]|\.\d{3}/g, '');
}

/** What the signer asks for. */
export function keysOf({ service, region, credentials }: Signing) {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  return { service, region, accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}
