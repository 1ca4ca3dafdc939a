import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { getPath } from '@capstan/object';
import { startSandbox, type Sandbox } from '../index.ts';
import { play, targetOf, type ReplayAnswer, type ReplayStep } from '../replay/play.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';

describe('watches', () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'sandbox-watch-'));
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startSandbox({ stateDir, port: 0, simulation: false });
  });
  after(async () => {
    await sandbox.close();
    rmSync(stateDir, { recursive: true });
  });
  const ask = async (...steps: readonly ReplayStep[]): Promise<readonly ReplayAnswer[]> =>
    play(targetOf(sandbox.kubeconfig), steps);

  it('tell a client that their start is forgotten', async () => {
    for (let index = 0; index < 9000; index++) {
      sandbox.api.create(
        { group: '', version: 'v1', resource: 'configmaps' },
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `c-${index}`, namespace: 'default' } },
        { manager: 'test' },
      );
    }
    const [answer] = await ask({ about: 'old', method: 'GET', path: `${MAPS}?watch=true&resourceVersion=1`, lines: 1 });
    assert.equal(answer?.status, 200);
    assert.equal(getPath(answer.body, 0, 'type'), 'ERROR');
    assert.equal(getPath(answer.body, 0, 'object', 'code'), 410);
    assert.equal(getPath(answer.body, 0, 'object', 'reason'), 'Expired');
  });

  it('refuse to send initial events, so that clients list instead', async () => {
    const path = `${MAPS}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan`;
    const [answer] = await ask({ about: 'stream', method: 'GET', path });
    assert.equal(answer?.status, 422);
    assert.equal(getPath(answer.body, 'reason'), 'Invalid');
  });

  it('end by themselves when their time is over', async () => {
    const [answer] = await ask({
      about: 'short',
      method: 'GET',
      path: `/api/v1/namespaces?watch=true&timeoutSeconds=1`,
    });
    assert.equal(answer?.status, 200);
    assert.match(JSON.stringify(answer.body), /ADDED/);
  });

  it('are closed when their client does not read, before they fill the memory', async () => {
    const own = mkdtempSync(join(tmpdir(), 'sandbox-slow-'));
    const slow = await startSandbox({ stateDir: own, port: 0, plainHttp: true, simulation: false });
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        get(`${slow.url}${MAPS}?watch=true`, resolve).on('error', reject);
      });
      response.pause();
      const [big, total] = ['x'.repeat(1_000_000), 48];
      for (let index = 0; index < total; index++) {
        slow.api.create(
          { group: '', version: 'v1', resource: 'configmaps' },
          {
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { name: `big-${index}`, namespace: 'default' },
            data: { big },
          },
          { manager: 'test' },
        );
        // An answer comes after everything before it is durable, and so has been offered to the watch.
        await fetch(`${slow.url}${MAPS}/big-${index}`, { method: 'HEAD' });
      }
      let received = 0;
      response.on('data', (chunk: Buffer) => (received += chunk.length));
      const ended = new Promise<string>((resolve) => {
        response.on('end', () => resolve('ended'));
        response.on('error', () => resolve('broken off'));
      });
      response.resume();
      assert.equal(await ended, 'broken off');
      assert.ok(received < total * big.length, `${received} bytes came`);
    } finally {
      await slow.close();
      rmSync(own, { recursive: true });
    }
  });
});
