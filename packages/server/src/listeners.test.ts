import assert from 'node:assert/strict';
import { request } from 'node:http';
import { describe, it } from 'node:test';
import { createWorkQueue, type WatchCache } from '@capstan/kube';
import type { AppView } from '@capstan/views';
import type { AppChange, AppFeed } from './app-feed.ts';
import { listenForDebug } from './debug-listener.ts';
import { listenForHooks } from './hook-listener.ts';
import type { Inspection } from './inspection.ts';
import { metricsText } from './metrics-text.ts';
import { listenForPeople } from './page-listener.ts';

const loopback = { host: '127.0.0.1', port: 0 };

const app: AppView = {
  dialect: 'argo',
  role: 'app',
  ref: { group: 'argoproj.io', version: 'v1alpha1', kind: 'Application', namespace: 'argocd', name: 'shop' },
  sync: 'Synced',
  health: 'Healthy',
  paused: 'no',
  revision: '0123456789abcdef0123456789abcdef01234567',
  source: 'https://example.com/repo',
  path: '</script><script>alert(1)</script>',
  destination: 'shop',
  message: '',
  reason: '',
  blocked: false,
  since: '',
};

/** A feed of one app, which the test changes. */
function feedOf(): AppFeed & { tell(change: AppChange): void; readonly left: Promise<void> } {
  const listeners = new Set<(change: AppChange) => void>();
  let leave: () => void = () => undefined;
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  return {
    left,
    list: () => [app],
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        leave();
      };
    },
    started: Promise.resolve(),
    close: () => undefined,
    tell: (change) => listeners.forEach((listener) => listener(change)),
  };
}

/** An answer to a request whose Host header is chosen, which fetch does not allow. */
function statusFor(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('the page', () => {
  it('holds nothing from the cluster, and runs its own script only', async () => {
    const listener = await listenForPeople(feedOf(), loopback);
    const answer = await fetch(listener.url);
    const text = await answer.text();
    const nonce = /script-src 'nonce-([^']+)'/.exec(answer.headers.get('content-security-policy') ?? '')?.[1] ?? '';
    assert.ok(text.includes(`<script nonce="${nonce}">`));
    assert.ok(!text.includes('alert(1)'));
    assert.notEqual(
      nonce,
      /nonce-([^']+)'/.exec((await fetch(listener.url)).headers.get('content-security-policy') ?? '')?.[1],
    );
    await listener.close();
  });

  it('answers to its own name only, so that no other site can read it', async () => {
    const listener = await listenForPeople(feedOf(), loopback);
    assert.equal(await statusFor(`${listener.url}/api/apps`, 'evil.example.com'), 421);
    assert.equal(await statusFor(`${listener.url}/api/apps`, `localhost:${listener.port}`), 200);
    await listener.close();
  });

  it('refuses every method but reading', async () => {
    const listener = await listenForPeople(feedOf(), loopback);
    assert.equal((await fetch(`${listener.url}/api/apps`, { method: 'POST' })).status, 405);
    assert.equal((await fetch(`${listener.url}/nothing`)).status, 404);
    await listener.close();
  });

  it('streams all apps first and then each change, and forgets who has gone', async () => {
    const feed = feedOf();
    const listener = await listenForPeople(feed, loopback);
    const stop = new AbortController();
    const answer = await fetch(`${listener.url}/api/stream`, { signal: stop.signal });
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    assert.ok(reader !== undefined);
    assert.match(
      (await reader.read()).value ?? '',
      /^event: apps\ndata: \[\{"key":"argoproj\.io\/Application\/argocd\/shop"/,
    );
    feed.tell({ type: 'gone', key: 'argoproj.io/Application/argocd/shop' });
    assert.match((await reader.read()).value ?? '', /^event: gone\n/);
    stop.abort();
    await feed.left;
    await listener.close();
  });
});

describe('the webhook listener', () => {
  it('refreshes what a repository feeds', async () => {
    const asked: string[] = [];
    const listener = await listenForHooks((url) => asked.push(url), loopback);
    const send = (body: string, type = 'application/json') =>
      fetch(`${listener.url}/hook`, { method: 'POST', body, headers: { 'content-type': type } });
    const answer = await send('{"repository": "https://example.com/repo"}');
    assert.deepEqual([answer.status, await answer.json()], [202, { refreshed: 1 }]);
    for (const body of ['', 'null', '[]', '{"repository": 1}', '{"repository": ""}', `{"x": "${'y'.repeat(100_000)}"}`])
      assert.equal((await send(body)).status, 400);
    assert.equal((await send('{"repository": "x"}', 'text/plain')).status, 415);
    assert.deepEqual(asked, ['https://example.com/repo']);
    await listener.close();
  });
});

/** An inspection of one queue and a cache that watches one kind. */
function inspectionOf(
  observed: () => string,
  shows: () => boolean = () => true,
): Inspection & { readonly release: () => void } {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const queue = createWorkQueue({
    concurrency: 1,
    onError: () => undefined,
    backoff: { baseMs: 1, factor: 2, maxMs: 1, jitter: 0 },
    work: async () => {
      await held;
      return {};
    },
  });
  queue.add('shop/one');
  const cache: Pick<WatchCache, 'watched' | 'synced' | 'observed' | 'entry' | 'bytes' | 'stats'> = {
    watched: ({ kind }) => kind === 'ConfigMap',
    synced: () => true,
    observed,
    entry: () => undefined,
    bytes: () => 42,
    stats: () => ({
      kinds: 1,
      objects: 2,
      tracked: 1,
      packedBytes: 42,
      evicted: 0,
      rereads: 0,
      relists: 0,
      reconnects: 0,
    }),
  };
  const local = { id: 'here "there"', cache } as unknown as Inspection['clusters']['local'];
  return {
    clusters: { local, get: (id) => (id === local.id ? local : undefined), list: () => [local] },
    queues: () => new Map([['source-controller', queue]]),
    followed: () => [{ shows }],
    renders: () => 3,
    requests: () => [{ verb: 'create', group: 'apps', resource: 'deployments', subresource: '', count: 5 }],
    leads: () => ['flux'],
    release,
  };
}

describe('the debug listener', () => {
  it('opens on loopback only', async () => {
    await assert.rejects(
      listenForDebug(
        inspectionOf(() => '1'),
        't',
        { host: '0.0.0.0', port: 0 },
      ),
      { code: 'SERVER_LISTEN_FAILED' },
    );
  });

  it('waits until the watch is there and the queues are at rest', async () => {
    let observed = '9';
    const inspection = inspectionOf(() => observed);
    const listener = await listenForDebug(inspection, 'secret', loopback);
    const ask = (query: string) =>
      fetch(`${listener.url}/settled?${query}`, { headers: { authorization: 'Bearer secret' } });
    const early = await ask('resource=/ConfigMap&resourceVersion=10&timeoutSeconds=0');
    assert.equal(early.status, 504);
    const waiting = ask('resource=/ConfigMap&resourceVersion=10');
    observed = '10';
    inspection.release();
    assert.equal((await waiting).status, 200);
    assert.equal((await ask('resource=apps/Deployment')).status, 404);
    assert.equal((await ask('resource=nonsense')).status, 400);
    assert.equal((await fetch(`${listener.url}/settled?resource=/ConfigMap`)).status, 401);
    await listener.close();
  });

  it('waits until an object has been seen by every watch, whatever the queues do', async () => {
    let [observed, shown] = ['9', false];
    const inspection = inspectionOf(
      () => observed,
      () => shown,
    );
    const listener = await listenForDebug(inspection, 'secret', loopback);
    const ask = async (query: string): Promise<number> => {
      const url = `${listener.url}/seen?namespace=shop&name=one&uid=u&${query}`;
      return (await fetch(url, { headers: { authorization: 'Bearer secret' } })).status;
    };
    assert.equal(await ask('resource=/ConfigMap&resourceVersion=10&timeoutSeconds=0'), 504);
    const waiting = ask('resource=/ConfigMap&resourceVersion=10');
    observed = '10';
    assert.equal(await ask('resource=/ConfigMap&resourceVersion=10&timeoutSeconds=0.1'), 504);
    shown = true;
    assert.equal(await waiting, 200);
    assert.equal(await ask('resource=/ConfigMap'), 200);
    // What nothing watches cannot be judged by.
    assert.equal(await ask('resource=apps/Deployment&resourceVersion=99'), 200);
    assert.equal(await ask('resource=nonsense'), 400);
    inspection.release();
    await listener.close();
  });
});

describe('metrics', () => {
  it('are in the text format of Prometheus, with labels escaped', () => {
    const text = metricsText(inspectionOf(() => '1'));
    assert.match(text, /^capstan_queue_depth\{controller="source-controller"\} 1$/m);
    assert.match(text, /^capstan_cache_bytes\{cluster="here \\"there\\""\} 42$/m);
    assert.match(text, /^capstan_renders_total 3$/m);
    for (const line of text.trim().split('\n'))
      assert.match(line, /^(# (HELP|TYPE) capstan_\w+ .+|capstan_\w+(\{.+\})? \d+(\.\d+)?)$/);
  });
});
