import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import type { KubernetesObject } from '@capstan/object';
import { logPath, readState, writeSnapshot } from './state-files.ts';
import { Store } from './store.ts';

const ID = '/configmaps';

function configMap(name: string, data: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'n' }, data: { data } };
}

describe('the store', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sandbox-store-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('gives each write the next revision, and keeps everything over a restart', async () => {
    const store = await Store.open(folder);
    assert.equal(store.put(ID, 'n/a', configMap('a', '1')).revision, 1);
    assert.equal(store.put(ID, 'n/a', configMap('a', '2')).object.metadata['resourceVersion'], '2');
    store.put(ID, 'n/b', configMap('b', '1'));
    store.remove(ID, 'n/b', configMap('b', '1'));
    await store.close();
    const again = await Store.open(folder);
    assert.equal(again.revision, 4);
    assert.deepEqual(again.collection(ID).get('n/a')?.object['data'], { data: '2' });
    assert.equal(again.collection(ID).get('n/b'), undefined);
    assert.equal(again.collection(ID).changesAfter(1)?.length, 3);
    await again.close();
  });

  it('publishes changes once they are durable, in order', async () => {
    const store = await Store.open(folder);
    const seen: number[] = [];
    store.subscribe(ID, ({ changes }) => seen.push(...changes.map((change) => change.revision)));
    store.put(ID, 'n/a', configMap('a', '1'));
    store.put(ID, 'n/b', configMap('b', '1'));
    assert.deepEqual(seen, []);
    await store.durable();
    assert.deepEqual(seen, [1, 2]);
    await store.close();
  });

  it('shows the state at an earlier revision, and says when it has forgotten', async () => {
    const store = await Store.open(folder);
    store.put(ID, 'n/a', configMap('a', '1'));
    store.put(ID, 'n/b', configMap('b', '1'));
    store.put(ID, 'n/a', configMap('a', '2'));
    store.remove(ID, 'n/b', configMap('b', '1'));
    const then = store.collection(ID).listAt(2, 'n') ?? [];
    assert.deepEqual(
      then.map(({ key, object }) => [key, object['data']]),
      [
        ['n/a', { data: '1' }],
        ['n/b', { data: '1' }],
      ],
    );
    store.compactHistory();
    assert.equal(store.collection(ID).listAt(2, 'n'), undefined);
    assert.deepEqual(store.collection(ID).changesAfter(4), []);
    await store.close();
  });

  it('cuts off a torn last write, which was never answered', async () => {
    const store = await Store.open(folder);
    store.put(ID, 'n/a', configMap('a', '1'));
    await store.close();
    appendFileSync(logPath(folder, 1), '0badc0de {"r":2,"c":"/configm');
    const again = await Store.open(folder);
    assert.equal(again.revision, 1);
    again.put(ID, 'n/b', configMap('b', '1'));
    await again.close();
    const third = await Store.open(folder);
    assert.equal(third.collection(ID).size, 2);
    await third.close();
  });

  it('refuses a log that is damaged in the middle', async () => {
    const store = await Store.open(folder);
    for (const name of ['a', 'b', 'c']) store.put(ID, `n/${name}`, configMap(name, '1'));
    await store.close();
    const path = logPath(folder, 1);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"name":"a"', '"name":"x"'));
    await assert.rejects(Store.open(folder), (error) => isCapstanError(error, 'SANDBOX_STATE_CORRUPT'));
  });

  it('is one process only', async () => {
    const store = await Store.open(folder);
    await assert.rejects(Store.open(folder), (error) => isCapstanError(error, 'SANDBOX_STATE_LOCKED'));
    await store.close();
    await (await Store.open(folder)).close();
  });

  it('takes over the lock of a process that is gone', async () => {
    writeFileSync(join(folder, 'lock'), '999999999 0\n');
    await (await Store.open(folder)).close();
  });

  it('compacts its log while it is written to, and loses nothing', async () => {
    const store = await Store.open(folder, 20_000);
    const seen: number[] = [];
    store.subscribe(ID, ({ changes }) => seen.push(...changes.map((change) => change.revision)));
    for (let index = 0; index < 1000; index++) {
      store.put(ID, `n/${index % 50}`, configMap(`${index % 50}`, String(index)));
      if (index % 10 === 0) await store.durable();
    }
    await store.close();
    assert.deepEqual(
      seen,
      Array.from({ length: 1000 }, (_, index) => index + 1),
    );
    assert.ok(readState(folder).generation > 1);
    assert.equal(existsSync(logPath(folder, 1)), false);
    const again = await Store.open(folder);
    assert.equal(again.revision, 1000);
    assert.equal(again.collection(ID).size, 50);
    assert.deepEqual(again.collection(ID).get('n/49')?.object['data'], { data: '999' });
    await again.close();
  });

  it('starts from a snapshot and the logs after it', async () => {
    const lines = [
      '{"r":7,"c":"","k":"","o":null}',
      `{"r":7,"v":3,"c":"${ID}","k":"n/a","o":${JSON.stringify(configMap('a', '1'))}}`,
    ];
    await writeSnapshot(folder, 2, lines);
    assert.equal(readState(folder).generation, 2);
    const store = await Store.open(folder);
    assert.equal(store.collection(ID).get('n/a')?.revision, 3);
    assert.equal(store.put(ID, 'n/b', configMap('b', '1')).revision, 8);
    assert.equal(store.collection(ID).changesAfter(6), undefined);
    await store.close();
  });
});
