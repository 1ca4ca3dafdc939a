import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { getPath, isJsonObject, type JsonObject, type JsonValue } from '@capstan/object';
import { startSandbox, type Sandbox } from './index.ts';

describe('a sandbox over HTTPS', () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'sandbox-'));
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await startSandbox({ stateDir, port: 0 });
  });
  after(async () => {
    await sandbox.close();
    rmSync(stateDir, { recursive: true });
  });

  it('asks for its token', async () => {
    assert.equal((await call(sandbox, 'GET', '/api/v1/namespaces', undefined, 'wrong')).status, 401);
  });

  it('creates, reads, lists and deletes an object', async () => {
    const path = '/api/v1/namespaces/default/configmaps';
    const created = await call(sandbox, 'POST', path, { metadata: { name: 'a' }, data: { x: 'y' } });
    assert.equal(created.status, 201);
    assert.notEqual(getPath(created.body, 'metadata', 'uid'), undefined);
    assert.deepEqual((await call(sandbox, 'GET', `${path}/a`)).body, created.body);
    const again = await call(sandbox, 'POST', path, { metadata: { name: 'a' } });
    assert.equal(getPath(again.body, 'message'), 'configmaps "a" already exists');
    const list = await call(sandbox, 'GET', path);
    assert.equal(getPath(list.body, 'items', 0, 'metadata', 'name'), 'a');
    assert.equal((await call(sandbox, 'DELETE', `${path}/a`)).status, 200);
    const gone = await call(sandbox, 'GET', `${path}/a`);
    assert.equal(gone.status, 404);
    assert.equal(getPath(gone.body, 'message'), 'configmaps "a" not found');
  });

  it('keeps what it answered when it is started again', async () => {
    const path = '/api/v1/namespaces/default/configmaps';
    await call(sandbox, 'POST', path, { metadata: { name: 'kept' }, data: { n: '1' } });
    await sandbox.close();
    sandbox = await startSandbox({ stateDir, port: 0 });
    const found = await call(sandbox, 'GET', `${path}/kept`);
    assert.equal(getPath(found.body, 'data', 'n'), '1');
  });
});

async function call(
  sandbox: Sandbox,
  method: string,
  path: string,
  body?: JsonValue,
  token?: string,
): Promise<{ readonly status: number; readonly body: JsonObject }> {
  const config: unknown = JSON.parse(sandbox.kubeconfig);
  const text = (...at: (string | number)[]): string => {
    const value = getPath(config as JsonValue, ...at);
    return typeof value === 'string' ? value : '';
  };
  const ca = Buffer.from(text('clusters', 0, 'cluster', 'certificate-authority-data'), 'base64');
  const authorization = `Bearer ${token ?? text('users', 0, 'user', 'token')}`;
  return new Promise((resolve, reject) => {
    const headers = { authorization, 'content-type': 'application/json' };
    const sent = request(`${sandbox.url}${path}`, { method, ca, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
        resolve({ status: response.statusCode ?? 0, body: isJsonObject(value) ? value : {} });
      });
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
