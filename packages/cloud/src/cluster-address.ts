import { CapstanError } from '@capstan/errors';

/** The canonical address of an API server: `https://host:port`. Throws CLOUD_IDENTITY_INVALID. */
export function clusterAddress(address: string): string {
  const failed = (why: string): CapstanError => new CapstanError('CLOUD_IDENTITY_INVALID', why);
  if (address === '') throw failed('the address of the Kubernetes API server is empty');
  const text = address.startsWith('http') ? address : `https://${address}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.username !== '' || url.password !== '')
    throw failed(`failed to parse Kubernetes API server address '${address}'`);
  if (url.protocol !== 'https:') throw failed(`the Kubernetes API server address '${address}' must use https scheme`);
  return `https://${url.hostname.toLowerCase()}:${url.port === '' ? '443' : url.port}`;
}
