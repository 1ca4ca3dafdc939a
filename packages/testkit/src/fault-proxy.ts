import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { certificatesOf } from '@capstan/sandbox';
import { apiRequest, type ApiRequest } from './api-request.ts';
import { faultRules, type Fault, type FaultRule } from './fault-rules.ts';
import { proxiedKubeconfig, type Upstream } from './proxy-kubeconfig.ts';

/** Requests of one kind that have come to a proxy, faults included. */
export interface RequestCount {
  readonly verb: ApiRequest['verb'];
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly userAgent: string;
  readonly count: number;
}

/** A proxy before a Kubernetes API that ends TLS and can do to requests what networks and servers do. */
export interface FaultProxy {
  readonly url: string;
  /** Path of a kubeconfig that leads through the proxy. */
  readonly kubeconfig: string;
  readonly rules: { add(rule: FaultRule): () => void; clear(): void };
  counts(): readonly RequestCount[];
  resetCounts(): void;
  /** Calls `listener` with each request as it comes, before its fault; returns the function that ends it. */
  onRequest(listener: (request: ApiRequest) => void): () => void;
  /** Breaks the connections of open answers, such as watches; of those that match. */
  breakOpen(match?: (request: ApiRequest) => boolean): number;
  /** Lets nothing more through to open answers, which stay open. */
  silenceOpen(match?: (request: ApiRequest) => boolean): number;
  close(): Promise<void>;
}

interface Open {
  readonly request: ApiRequest;
  readonly answer: http.ServerResponse;
  silent: boolean;
}

/** Starts a proxy before the API of a kubeconfig (a path; its current context). */
export async function startFaultProxy(options: { readonly kubeconfig: string }): Promise<FaultProxy> {
  const proxied = await proxiedKubeconfig(options.kubeconfig);
  const { upstream } = proxied;
  const folder = await mkdtemp(join(tmpdir(), 'capstan-fault-proxy-'));
  const certificates = await certificatesOf(folder, '127.0.0.1', new Date());
  const agent = agentFor(upstream);
  const rules = faultRules();
  const counts = new Map<string, RequestCount>();
  const open = new Set<Open>();
  const listeners = new Set<(request: ApiRequest) => void>();

  const server = https.createServer({ cert: certificates.cert, key: certificates.key }, (incoming, answer) => {
    const request = apiRequest(incoming.method ?? '', incoming.url ?? '/', incoming.headers['user-agent'] ?? '');
    count(counts, request);
    for (const listener of listeners) listener(request);
    const entry: Open = { request, answer, silent: false };
    open.add(entry);
    answer.on('close', () => open.delete(entry));
    serve(upstream, agent, incoming, entry, rules.decide(request)).catch(() => answer.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, proxied.rewrite(url, certificates.ca), { mode: 0o600 });

  const matching = (match: (request: ApiRequest) => boolean): readonly Open[] =>
    [...open].filter((entry) => match(entry.request));

  return {
    url,
    kubeconfig,
    rules,
    counts: () => [...counts.values()],
    resetCounts: () => counts.clear(),
    onRequest: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    breakOpen: (match = () => true) => matching(match).map(({ answer }) => answer.destroy()).length,
    silenceOpen: (match = () => true) => matching(match).map((entry) => (entry.silent = true)).length,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      agent.destroy();
      await closed;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function agentFor(upstream: Upstream): http.Agent | https.Agent {
  if (upstream.server.protocol === 'http:') return new http.Agent({ keepAlive: true });
  return new https.Agent({
    keepAlive: true,
    ...(upstream.ca === undefined ? {} : { ca: upstream.ca }),
    ...(upstream.cert === undefined ? {} : { cert: upstream.cert }),
    ...(upstream.key === undefined ? {} : { key: upstream.key }),
  });
}

async function serve(
  upstream: Upstream,
  agent: http.Agent | https.Agent,
  incoming: http.IncomingMessage,
  open: Open,
  fault: Fault | undefined,
): Promise<void> {
  switch (fault?.kind) {
    case 'status':
      return refuse(incoming, open.answer, fault);
    case 'drop':
      incoming.socket.destroy();
      return;
    case 'delay':
      await delay(fault.milliseconds);
      break;
    case 'hold':
      await fault.until;
      break;
    case 'lose-reply':
    case 'hold-reply':
    case 'cut':
    case 'silence':
    case undefined:
      break;
    default:
      fault satisfies never;
  }
  if (open.answer.destroyed) return;
  await forward(upstream, agent, incoming, open, fault);
}

async function forward(
  upstream: Upstream,
  agent: http.Agent | https.Agent,
  incoming: http.IncomingMessage,
  open: Open,
  fault: Fault | undefined,
): Promise<void> {
  const { server } = upstream;
  const module = server.protocol === 'http:' ? http : https;
  const path = server.pathname.replace(/\/+$/, '') + (incoming.url ?? '/');
  const headers = { ...incoming.headers, host: server.host };
  const outgoing = module.request({
    host: server.hostname.replace(/^\[|\]$/g, ''),
    port: server.port === '' ? (server.protocol === 'http:' ? 80 : 443) : server.port,
    method: incoming.method,
    path,
    headers,
    agent,
  });
  open.answer.on('close', () => outgoing.destroy());
  incoming.pipe(outgoing);
  const reply = await new Promise<http.IncomingMessage>((resolve, reject) => {
    outgoing.on('response', resolve);
    outgoing.on('error', reject);
  });
  if (fault?.kind === 'lose-reply') {
    for await (const _chunk of reply) continue;
    incoming.socket.destroy();
    return;
  }
  if (fault?.kind === 'hold-reply') {
    fault.acted();
    await fault.until;
  }
  await relay(reply, incoming, open, fault);
}

async function relay(
  reply: http.IncomingMessage,
  incoming: http.IncomingMessage,
  open: Open,
  fault: Fault | undefined,
): Promise<void> {
  const { answer } = open;
  const { connection: _connection, 'transfer-encoding': _encoding, ...headers } = reply.headers;
  const limit = fault?.kind === 'cut' || fault?.kind === 'silence' ? fault.afterBytes : Infinity;
  answer.writeHead(reply.statusCode ?? 502, headers);
  // A watch sends its headers long before its first event.
  answer.flushHeaders();
  let sent = 0;
  for await (const chunk of reply) {
    if (open.silent || !(chunk instanceof Uint8Array)) continue;
    const part = chunk.subarray(0, Math.max(0, limit - sent));
    sent += part.length;
    if (part.length > 0 && !answer.write(part)) {
      await drainedOrClosed(answer);
    }
    if (sent < limit) continue;
    if (fault?.kind === 'cut') {
      // What was written has to leave before the connection breaks.
      setImmediate(() => incoming.socket.destroy());
      return;
    }
    open.silent = true;
  }
  if (!open.silent) answer.end();
}

function drainedOrClosed(answer: http.ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      answer.off('drain', end);
      answer.off('close', end);
      resolve();
    };
    answer.on('drain', end);
    answer.on('close', end);
  });
}

function refuse(
  incoming: http.IncomingMessage,
  answer: http.ServerResponse,
  fault: Extract<Fault, { readonly kind: 'status' }>,
): void {
  incoming.resume();
  const retry = fault.retryAfterSeconds === undefined ? {} : { 'retry-after': String(fault.retryAfterSeconds) };
  const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: REASONS[fault.status] ?? 'Unknown' };
  answer.writeHead(fault.status, { 'content-type': 'application/json', ...retry });
  answer.end(JSON.stringify({ ...status, message: 'a fault of the proxy', code: fault.status }));
}

const REASONS: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  410: 'Expired',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

function count(counts: Map<string, RequestCount>, request: ApiRequest): void {
  const { verb, group, resource, subresource, userAgent } = request;
  const key = JSON.stringify([verb, group, resource, subresource, userAgent]);
  const before = counts.get(key)?.count ?? 0;
  counts.set(key, { verb, group, resource, subresource, userAgent, count: before + 1 });
}
