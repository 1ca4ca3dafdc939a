import type { CapstanError } from '@capstan/errors';

/** The API server's own words in an error, where it said any. */
export function serverWords(error: CapstanError): string {
  const said = error.data['message'];
  return typeof said === 'string' && said !== '' ? said : error.message;
}
