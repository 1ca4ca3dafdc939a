import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it reached a service. */
export interface ServedRequest {
  readonly method: string;
  /** Where it was meant to go. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a service answers: an object as JSON, texts and bytes as they are. */
export interface Served {
  readonly status?: number;
  readonly body: object | string | Buffer;
  /** Of its content. */
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Services of the internet, played by a server of this machine. */
export interface LocalServices {
  /** Where the server listens. */
  readonly origin: string;
  readonly requests: readonly ServedRequest[];
  /** Sends a request over HTTP to the server in place of whomever it is for. */
  readonly send: (request: Sent, signal: AbortSignal | undefined) => Promise<{ status: number; text: string }>;
  close(): Promise<void>;
}

/** Whom a redirected request was meant for. */
const ORIGIN = 'x-test-origin';

/** Plays services: `answer` gets each request as its service would, and is told its own URL. */
export async function startLocalServices(
  answer: (request: ServedRequest) => Served | Promise<Served>,
): Promise<LocalServices> {
  const requests: ServedRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const headers = Object.fromEntries(Object.entries(incoming.headers).map(([key, value]) => [key, String(value)]));
      const url = new URL(incoming.url ?? '/', headers[ORIGIN] ?? `http://${headers['host'] ?? ''}`);
      const body = Buffer.concat(chunks).toString('utf8');
      const request = { method: incoming.method ?? '', url, headers, body };
      requests.push(request);
      Promise.resolve(answer(request)).then(
        ({ status = 200, body: said, type, headers: more }) => {
          const isPlain = typeof said === 'string' || Buffer.isBuffer(said);
          outgoing.writeHead(status, { ...(type === undefined ? {} : { 'content-type': type }), ...more });
          outgoing.end(isPlain ? said : JSON.stringify(said));
        },
        (error: unknown) => outgoing.writeHead(599).end(String(error)),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    requests,
    send: async ({ method, url, headers, body }, signal) => {
      const { origin: wanted, pathname, search } = new URL(url);
      const answered = await fetch(`${origin}${pathname}${search}`, {
        method,
        redirect: 'manual',
        headers: { ...headers, [ORIGIN]: wanted },
        ...(body === undefined || method === 'GET' ? {} : { body }),
        ...(signal === undefined ? {} : { signal }),
      });
      return { status: answered.status, text: await answered.text() };
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
