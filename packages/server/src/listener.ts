import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CapstanError } from '@capstan/errors';

/** A listener that is open. */
export interface Listener {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

/** Where a listener is opened; port 0 takes a free one. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Opens a server. Throws SERVER_LISTEN_FAILED. */
export async function listen(server: Server, address: ListenAddress): Promise<Listener> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new CapstanError('SERVER_LISTEN_FAILED', `cannot listen on ${address.host}:${address.port}: ${cause.message}`, {
          cause,
        }),
      ),
    );
    server.listen(address.port, address.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return {
    host: address.host,
    port,
    url: `http://${host}:${port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}
