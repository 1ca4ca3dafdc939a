import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { systemClock, type Clock } from '../clock.ts';
import { virtualClock } from '../virtual-clock.ts';
import { configMapDiscovery, startWireServer, type WireHandler } from '../testing/wire-server.ts';
import type { WatchEvent, WatchOptions } from './kube-client.ts';

const configMaps = { group: '', version: 'v1', kind: 'ConfigMap' };
const event = (name: string, type = 'ADDED'): string =>
  `${JSON.stringify({ type, object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, resourceVersion: '7' } } })}\n`;

/** Watches a server that answers by `handler`; resolves with the names that came and what ended it. */
async function watched(
  handler: WireHandler,
  options: WatchOptions = {},
  onEvent: (event: WatchEvent) => Promise<void> = () => Promise.resolve(),
  clock: Clock = systemClock(),
): Promise<{ readonly names: readonly unknown[]; readonly error?: unknown }> {
  const server = await startWireServer({ ...configMapDiscovery, '/api/v1/configmaps': handler }, { clock });
  const names: unknown[] = [];
  try {
    for await (const got of server.cluster.client().watch(configMaps, options)) {
      names.push(got.object.metadata['name']);
      await onEvent(got);
    }
    return { names };
  } catch (error) {
    return { names, error };
  } finally {
    await server.close();
  }
}

/** Writes pieces one after the other, each on its own way, then ends or breaks. */
const pieces =
  (parts: readonly (string | Buffer)[], ending: 'end' | 'break' | 'stay'): WireHandler =>
  (request, answer) => {
    answer.writeHead(200);
    const next = (at: number): void => {
      const part = parts[at];
      if (part !== undefined) answer.write(part, () => setImmediate(next, at + 1));
      else if (ending === 'end') answer.end();
      else if (ending === 'break') request.socket.destroy();
    };
    next(0);
  };

describe('a watch connection', () => {
  it('puts events together however the bytes are torn, in the middle of a character too', async () => {
    const bytes = Buffer.from(`${event('grün')}${event('日本')}\n${event('c')}`, 'utf8');
    const single = Array.from(bytes, (byte) => Buffer.from([byte]));
    assert.deepEqual(await watched(pieces(single, 'end')), { names: ['grün', '日本', 'c'] });
    assert.deepEqual(await watched(pieces([bytes], 'end')), { names: ['grün', '日本', 'c'] });
  });

  it('drops a last event that was torn off, and says that the connection broke', async () => {
    const { names, error } = await watched(pieces([event('a'), event('b').slice(0, 40)], 'break'));
    assert.deepEqual(names, ['a']);
    assert.ok(isCapstanError(error, 'KUBE_UNREACHABLE'));
  });

  it('ends with KUBE_TIMEOUT when nothing comes, not while the consumer is slow', async () => {
    const clock = virtualClock();
    const slow = async (): Promise<void> => {
      await clock.advance(500);
      setImmediate(() => void clock.advance(100));
    };
    const { names, error } = await watched(pieces([event('a')], 'stay'), { silenceMs: 100 }, slow, clock);
    assert.deepEqual(names, ['a']);
    assert.ok(isCapstanError(error, 'KUBE_TIMEOUT'));
    assert.equal(error.data['silent'], true);
  });

  it('throws what an ERROR event says', async () => {
    const status = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' };
    const line = `${JSON.stringify({ type: 'ERROR', object: status })}\n`;
    const { names, error } = await watched(pieces([event('a'), line], 'stay'));
    assert.deepEqual(names, ['a']);
    assert.ok(isCapstanError(error, 'KUBE_GONE'));
  });

  it('refuses what is no event', async () => {
    for (const line of ['{"type":"ADDED"}\n', '[]\n', 'hello\n', event('a', 'CHANGED')]) {
      const { error } = await watched(pieces([line], 'stay'));
      assert.ok(isCapstanError(error, 'JSON_INVALID', 'OBJECT_INVALID'), line);
    }
  });

  it('ends when its signal is aborted, and closes the connection when its consumer leaves', async () => {
    const controller = new AbortController();
    const { error } = await watched(pieces([event('a')], 'stay'), { signal: controller.signal }, async () => {
      controller.abort(new Error('enough'));
    });
    assert.equal(error instanceof Error && error.message, 'enough');

    const closed = Promise.withResolvers<void>();
    const server = await startWireServer({
      ...configMapDiscovery,
      '/api/v1/configmaps': (request, answer) => {
        request.socket.on('close', () => closed.resolve());
        pieces([event('a')], 'stay')(request, answer);
      },
    });
    for await (const _event of server.cluster.client().watch(configMaps)) break;
    await closed.promise;
    await server.close();
  });
});
