import { CapstanError } from '@capstan/errors';
import type { ListenAddress } from '@capstan/server';

/**
 * A listener's address as people write it: `HOST:PORT`, `[::1]:8080`, or a port alone, which means 127.0.0.1. Throws
 * USAGE.
 */
export function parseAddress(text: string): ListenAddress {
  const match = /^(?:(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]\s]*)):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) {
    throw new CapstanError('USAGE', `${JSON.stringify(text)} is no address; write HOST:PORT, such as 127.0.0.1:8080`);
  }
  const host = match[1] ?? match[2] ?? '';
  return { host: host === '' ? '127.0.0.1' : host, port };
}
