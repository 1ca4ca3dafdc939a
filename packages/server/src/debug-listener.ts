import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { LeftObject } from '@capstan/controllers';
import { CapstanError } from '@capstan/errors';
import type { GroupKind } from '@capstan/object';
import { answerFailure, answerJson, namesThisHost, urlOf } from './answer.ts';
import type { Inspection } from './inspection.ts';
import { listen, type ListenAddress, type Listener } from './listener.ts';
import { ownResidentBytes, treeResidentBytes } from './resident-memory.ts';
import { seen } from './seen.ts';
import { settled } from './settled.ts';

const DEFAULT_WAIT_MS = 30_000;
const MAX_WAIT_MS = 600_000;

/**
 * The debug listener, for tests and operators on the machine itself: `GET /settled` waits for rest, `GET /seen` until
 * an object has been seen, `GET /stats` gives figures. Every request must bear the token. Throws SERVER_LISTEN_FAILED, also for an address that is not loopback.
 */
export async function listenForDebug(inspection: Inspection, token: string, address: ListenAddress): Promise<Listener> {
  if (address.host !== 'localhost' && address.host !== '::1' && !/^127\.\d+\.\d+\.\d+$/.test(address.host)) {
    throw new CapstanError('SERVER_LISTEN_FAILED', `the debug listener opens on loopback only, not on ${address.host}`);
  }
  const server = createServer((request, response) => {
    answer(inspection, token, address, request, response).catch(() => {
      if (response.headersSent) response.destroy();
      else answerFailure(response, 500, 'INTERNAL', 'the request could not be answered');
    });
  });
  return listen(server, address);
}

async function answer(
  inspection: Inspection,
  token: string,
  address: ListenAddress,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!namesThisHost(request, address.host))
    return answerFailure(response, 421, 'WRONG_HOST', 'this server is not called so');
  if (!bearsToken(request, token))
    return answerFailure(response, 401, 'UNAUTHORIZED', 'Authorization: Bearer TOKEN is needed');
  const url = urlOf(request);
  if (url.pathname === '/stats') return answerJson(response, 200, await stats(inspection));
  if (url.pathname === '/settled') return answerSettled(inspection, url.searchParams, response);
  if (url.pathname === '/seen') return answerSeen(inspection, url.searchParams, response);
  answerFailure(response, 404, 'NOT_FOUND', '/settled, /seen and /stats are all that is here');
}

function bearsToken(request: IncomingMessage, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(request.headers.authorization ?? ''), digest(`Bearer ${token}`));
}

/** What both kinds of waiting are asked about; undefined once a failure has been answered. */
function subjectOf(inspection: Inspection, query: URLSearchParams, response: ServerResponse) {
  const id = query.get('cluster') ?? '';
  const cluster = id === '' ? inspection.clusters.local : inspection.clusters.get(id);
  const kind = kindOf(query.get('resource') ?? '');
  if (cluster === undefined) answerFailure(response, 404, 'NOT_FOUND', 'no such cluster is known');
  else if (kind === undefined)
    answerFailure(response, 400, 'QUERY_INVALID', 'resource must be GROUP/KIND (/KIND for the core group)');
  else return { cluster, kind, signal: patience(query, response) };
  return undefined;
}

/** Ends when the time is up that is asked for, or when nobody waits for the answer any more. */
function patience(query: URLSearchParams, response: ServerResponse): AbortSignal {
  const asked = Number(query.get('timeoutSeconds') ?? DEFAULT_WAIT_MS / 1000) * 1000;
  const waitMs = Number.isFinite(asked) ? Math.min(Math.max(asked, 0), MAX_WAIT_MS) : DEFAULT_WAIT_MS;
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  return AbortSignal.any([gone.signal, AbortSignal.timeout(waitMs)]);
}

async function answerSeen(inspection: Inspection, query: URLSearchParams, response: ServerResponse): Promise<void> {
  const subject = subjectOf(inspection, query, response);
  if (subject === undefined) return;
  const { cluster, kind, signal } = subject;
  const labels = query.getAll('label').map((label): [string, string] => {
    const [key = '', ...value] = label.split('=');
    return [key, value.join('=')];
  });
  const left: LeftObject = {
    ref: { ...kind, namespace: query.get('namespace') ?? '', name: query.get('name') ?? '' },
    uid: query.get('uid') ?? '',
    labels: Object.fromEntries(labels),
    resourceVersion: query.get('resourceVersion') ?? undefined,
  };
  const isSeen = await seen(inspection, cluster.cache, left, signal);
  answerJson(response, isSeen ? 200 : 504, { seen: isSeen, observed: cluster.cache.observed(kind) ?? null });
}

async function answerSettled(inspection: Inspection, query: URLSearchParams, response: ServerResponse): Promise<void> {
  const subject = subjectOf(inspection, query, response);
  if (subject === undefined) return;
  const { cluster, kind, signal } = subject;
  const resourceVersion = query.get('resourceVersion') ?? undefined;
  const outcome = await settled(inspection, cluster.cache, kind, resourceVersion, signal);
  const queues = Object.fromEntries([...inspection.queues()].map(([name, queue]) => [name, queue.metrics()]));
  switch (outcome) {
    case 'settled':
      return answerJson(response, 200, { settled: true, observed: cluster.cache.observed(kind) ?? null });
    case 'not-watched':
      return answerFailure(response, 404, 'NOT_WATCHED', 'nothing watches this kind');
    case 'timeout':
      return answerJson(response, 504, { settled: false, observed: cluster.cache.observed(kind) ?? null, queues });
    default:
      return outcome satisfies never;
  }
}

function kindOf(text: string): GroupKind | undefined {
  const slash = text.lastIndexOf('/');
  const kind = text.slice(slash + 1);
  return slash < 0 || kind === '' ? undefined : { group: text.slice(0, slash), kind };
}

async function stats(inspection: Inspection): Promise<unknown> {
  return {
    clusters: Object.fromEntries(
      inspection.clusters.list().map(({ id, cache }) => [id, { bytes: cache.bytes(), ...cache.stats() }]),
    ),
    queues: Object.fromEntries([...inspection.queues()].map(([name, queue]) => [name, queue.metrics()])),
    renders: inspection.renders(),
    requests: inspection.requests(),
    leads: inspection.leads(),
    residentBytes: ownResidentBytes(),
    treeResidentBytes: await treeResidentBytes(),
    heapBytes: process.memoryUsage().heapUsed,
    cpuMilliseconds: Math.round((process.cpuUsage().user + process.cpuUsage().system) / 1000),
  };
}
