// Only what is used of undici: the rest of it (fetch, WebSockets, caches, mocks) is 8 MiB of memory.
import type { Dispatcher } from 'undici';
import send from 'undici/lib/api/api-request.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import { CapstanError } from '@capstan/errors';
import type { ClientCertificate, ClusterConfig } from '../kubeconfig/cluster-config.ts';

/** Connections for calls; each carries one request at a time. */
const CALL_CONNECTIONS = 16;
/** Watches open at once; each has a connection of its own. */
const WATCH_CONNECTIONS = 512;
const CONNECT_TIMEOUT_MS = 10_000;
const IDLE_CONNECTION_MS = 30_000;
/** Larger answers are refused: a page of 500 objects of the largest size that etcd takes stays below it. */
const MAX_ANSWER_BYTES = 1 << 30;

/** A request as it goes onto the wire. */
export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** Milliseconds until the headers of the answer must be there. */
  readonly headersTimeoutMs: number;
  readonly bodyTimeoutMs: number;
}

/** An answer, its body still to be read. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Dispatcher.ResponseData['body'];
}

/** HTTP/1.1 to one API server: a bounded pool for calls, and connections of their own for watches. */
export interface Transport {
  call(request: WireRequest): Promise<WireAnswer>;
  watch(request: WireRequest): Promise<WireAnswer>;
  close(): Promise<void>;
}

interface Pools {
  readonly calls: Dispatcher;
  readonly watches: Dispatcher;
}

/** Opens a transport. Nothing is sent until the first call. */
export function openTransport(config: ClusterConfig): Transport {
  const url = new URL(config.server);
  const prefix = url.pathname.replace(/\/+$/, '');
  let opened: { readonly certificate: string; readonly pools: Promise<Pools> } | undefined;
  const retired = new Set<Promise<void>>();

  const open = async (certificate: ClientCertificate | undefined): Promise<Pools> => ({
    calls: await dispatcher(config, url.origin, certificate, CALL_CONNECTIONS, MAX_ANSWER_BYTES),
    watches: await dispatcher(config, url.origin, certificate, WATCH_CONNECTIONS, -1),
  });

  const retire = (old: Promise<Pools>): void => {
    const closed = old
      .then(({ calls, watches }) => Promise.all([calls.close(), watches.close()]))
      .then(() => undefined);
    retired.add(closed);
    void closed.catch(() => undefined).finally(() => retired.delete(closed));
  };

  const current = async (signal: AbortSignal): Promise<Pools> => {
    const certificate = await config.auth.clientCertificate(signal);
    const key = certificate === undefined ? '' : `${certificate.cert}\n${certificate.key}`;
    if (opened?.certificate === key) return opened.pools;
    if (opened !== undefined) retire(opened.pools);
    opened = { certificate: key, pools: open(certificate) };
    return opened.pools;
  };

  const exchange = async (which: 'calls' | 'watches', request: WireRequest): Promise<WireAnswer> => {
    const to = (await current(request.signal))[which];
    const answer = await send.call(to, {
      origin: url.origin,
      path: prefix + request.path,
      method: request.method,
      headers: mutable(request.headers),
      signal: request.signal,
      headersTimeout: request.headersTimeoutMs,
      bodyTimeout: request.bodyTimeoutMs,
      ...(request.body === undefined ? {} : { body: request.body }),
    });
    return { status: answer.statusCode, headers: answer.headers, body: answer.body };
  };

  return {
    call: (request) => exchange('calls', request),
    watch: (request) => exchange('watches', request),
    close: async () => {
      // What could not be opened need not be closed; whoever asked has been told.
      const last = await opened?.pools.catch(() => undefined);
      opened = undefined;
      if (last !== undefined) await Promise.all([last.calls.destroy(), last.watches.destroy()]);
      await Promise.allSettled(retired);
    },
  };
}

async function dispatcher(
  config: ClusterConfig,
  origin: string,
  certificate: ClientCertificate | undefined,
  connections: number,
  maxResponseSize: number,
): Promise<Dispatcher> {
  const tls = {
    rejectUnauthorized: !config.tls.insecure,
    ...(config.tls.ca === undefined ? {} : { ca: config.tls.ca }),
    ...(config.tls.serverName === undefined ? {} : { servername: config.tls.serverName }),
    ...(certificate === undefined ? {} : { cert: certificate.cert, key: certificate.key }),
  };
  const options = {
    connections,
    maxResponseSize,
    // HTTP/1.1: measured faster, and undici's HTTP/2 had failures around GOAWAY.
    allowH2: false,
    pipelining: 1,
    keepAliveTimeout: IDLE_CONNECTION_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
  };
  if (config.proxyUrl === undefined) {
    return new Pool(origin, { ...options, connect: { ...tls, timeout: CONNECT_TIMEOUT_MS, keepAlive: true } });
  }
  const scheme = new URL(config.proxyUrl).protocol;
  if (scheme !== 'http:' && scheme !== 'https:') {
    throw new CapstanError('KUBECONFIG_INVALID', `proxy-url: only http and https proxies are supported, not ${scheme}`);
  }
  const { ProxyAgent } = await import('undici');
  return new ProxyAgent({ ...options, uri: config.proxyUrl, requestTls: tls, proxyTunnel: true });
}

function mutable(headers: WireRequest['headers']): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
  );
}
