import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fastClock } from '../testing/fast-clock.ts';
import { configMapDiscovery, json, startWireServer, type WireHandler } from '../testing/wire-server.ts';
import { textAt } from '../testing/text-at.ts';
import { reflect } from './reflector.ts';

const configMaps = { group: '', version: 'v1', kind: 'ConfigMap' };
const object = (name: string, resourceVersion: string) => ({
  metadata: { name, namespace: 'default', uid: name, resourceVersion },
});
const list = (resourceVersion: string, ...items: readonly object[]) => ({
  kind: 'ConfigMapList',
  metadata: { resourceVersion },
  items,
});

/** What a reflector tells, over lists and watches that are answered one after the other; the last one stays. */
async function told(
  lists: readonly object[],
  watches: readonly string[],
  until: (calls: readonly string[]) => boolean,
): Promise<{ readonly calls: readonly string[]; readonly requests: readonly string[] }> {
  const clock = fastClock(100);
  let listed = 0;
  let watchesSeen = 0;
  const handler: WireHandler = (request, answer) => {
    if (!(request.url ?? '').includes('watch=true')) {
      json(lists[Math.min(listed++, lists.length - 1)])(request, answer);
      return;
    }
    answer.writeHead(200);
    answer.flushHeaders();
    const text = watches[watchesSeen++];
    if (text === undefined) return;
    answer.end(text);
  };
  const server = await startWireServer({ ...configMapDiscovery, '/api/v1/configmaps': handler }, { clock });
  const calls: string[] = [];
  const controller = new AbortController();
  const tell = (call: string): void => {
    calls.push(call);
    if (until(calls)) controller.abort(new Error('seen'));
  };
  await reflect({
    client: server.cluster.client(),
    kind: () => Promise.resolve(configMaps),
    clock,
    random: () => 0.5,
    signal: controller.signal,
    onFailure: () => undefined,
    sink: {
      begin: () => tell('begin'),
      page: (items) => tell(`page ${items.map(({ metadata }) => textAt(metadata, 'name')).join(',')}`),
      complete: (version) => tell(`complete ${version}`),
      event: (type, { metadata }, version) => tell(`${type} ${textAt(metadata, 'name')} ${version}`),
      bookmark: (version) => tell(`bookmark ${version}`),
      absent: () => tell('absent'),
      state: () => undefined,
    },
  });
  const requests = server.requests.filter((url) => url.startsWith('/api/v1/configmaps'));
  await server.close();
  return { calls, requests };
}

const line = (type: string, value: object): string =>
  `${JSON.stringify({ type, object: { apiVersion: 'v1', kind: 'ConfigMap', ...value } })}\n`;

describe('the reflector', () => {
  it('watches from the list, and after each end from the last event or bookmark', async () => {
    const { calls, requests } = await told(
      [list('5', object('a', '3'))],
      [line('MODIFIED', object('a', '6')) + line('BOOKMARK', { metadata: { resourceVersion: '9' } }), ''],
      (seen) => seen.includes('bookmark 9'),
    );
    assert.deepEqual(calls, ['begin', 'page a', 'complete 5', 'MODIFIED a 6', 'bookmark 9']);
    assert.match(requests[1] ?? '', /resourceVersion=5&allowWatchBookmarks=true&timeoutSeconds=450/);
  });

  it('lists again after an ERROR event of 410', async () => {
    const gone = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' };
    const error = `${JSON.stringify({ type: 'ERROR', object: gone })}\n`;
    const { calls } = await told([list('5', object('a', '3')), list('9')], [error], (seen) =>
      seen.includes('complete 9'),
    );
    assert.deepEqual(calls, ['begin', 'page a', 'complete 5', 'begin', 'page ', 'complete 9']);
  });

  it('does not believe a list that is older than what it has seen', async () => {
    const gone = `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Gone' } })}\n`;
    const { calls } = await told(
      [list('5', object('a', '3')), list('4'), list('4'), list('6', object('a', '3'))],
      [gone],
      (seen) => seen.includes('complete 6'),
    );
    // The lagging server's lists, on which `a` is missing, are never complete.
    assert.deepEqual(
      calls.filter((call) => call.startsWith('complete')),
      ['complete 5', 'complete 6'],
    );
    assert.ok(!calls.includes('page '));
  });
});
