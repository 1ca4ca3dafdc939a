import assert from 'node:assert/strict';
import https from 'node:https';
import { readFile } from 'node:fs/promises';
import { after, afterEach, before, describe, it } from 'node:test';
import { getPath, type JsonValue } from '@capstan/object';
import { parse } from '@capstan/yaml';
import { apiRequest } from './api-request.ts';
import { startFaultProxy, type FaultProxy } from './fault-proxy.ts';
import { startTestApi, type TestApi } from './test-api.ts';

describe('apiRequest', () => {
  it('tells requests apart as the audit log does', () => {
    const rows: readonly (readonly [string, string, string])[] = [
      ['GET', '/api/v1/namespaces', 'list /v1 namespaces///'],
      ['GET', '/api/v1/namespaces/shop', 'get /v1 namespaces/shop//'],
      ['PUT', '/api/v1/namespaces/shop/finalize', 'update /v1 namespaces/shop/finalize/'],
      [
        'PATCH',
        '/apis/apps/v1/namespaces/shop/deployments/web/status?force=true',
        'patch apps/v1 deployments/web/status/shop',
      ],
      ['GET', '/apis/apps/v1/deployments?watch=1', 'watch apps/v1 deployments///'],
      ['POST', '/apis/apps/v1/namespaces/shop/deployments', 'create apps/v1 deployments///shop'],
      ['DELETE', '/api/v1/namespaces/shop/pods', 'deletecollection /v1 pods///shop'],
      ['GET', '/apis', 'other / ///'],
      ['GET', '/apis/apps/v1', 'other apps/v1 ///'],
    ];
    for (const [method, url, expected] of rows) {
      const { verb, group, version, resource, name, subresource, namespace } = apiRequest(method, url, 'x');
      assert.equal(`${verb} ${group}/${version} ${resource}/${name}/${subresource}/${namespace}`, expected);
    }
  });
});

describe('the fault proxy', () => {
  let api: TestApi;
  let proxy: FaultProxy;
  let config: JsonValue;

  before(async () => {
    api = await startTestApi();
    proxy = await startFaultProxy({ kubeconfig: api.kubeconfigPath });
    config = parse(await readFile(proxy.kubeconfig, 'utf8'));
  });
  afterEach(() => {
    proxy.rules.clear();
    proxy.resetCounts();
  });
  after(async () => {
    await proxy.close();
    await api.close();
  });

  /** Asks through the proxy, trusting only the CA of its kubeconfig: status, or `broken`. */
  const ask = (path: string): Promise<number | 'broken'> =>
    new Promise((resolve) => {
      const ca = Buffer.from(text(getPath(config, 'clusters', 0, 'cluster', 'certificate-authority-data')), 'base64');
      const token = text(getPath(config, 'users', 0, 'user', 'token'));
      const headers = { authorization: `Bearer ${token}`, 'user-agent': 'asker' };
      const request = https.get(`${proxy.url}${path}`, { ca, headers, agent: false }, (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? 0));
        answer.on('error', () => resolve('broken'));
      });
      request.on('error', () => resolve('broken'));
    });
  const path = '/api/v1/namespaces/default';

  it('passes requests on, and counts them by verb, resource and user agent', async () => {
    assert.equal(await ask(path), 200);
    assert.equal(await ask(path), 200);
    assert.deepEqual(proxy.counts(), [
      { verb: 'get', group: '', resource: 'namespaces', subresource: '', userAgent: 'asker', count: 2 },
    ]);
  });

  it('harms only the n-th request that matches', async () => {
    proxy.rules.add({
      match: ({ name }) => name === 'default',
      skip: 1,
      times: 1,
      fault: { kind: 'status', status: 503 },
    });
    assert.deepEqual([await ask(path), await ask('/version'), await ask(path), await ask(path)], [200, 200, 503, 200]);
  });

  it('breaks connections before and after the server has acted', async () => {
    const remove = proxy.rules.add({ match: () => true, fault: { kind: 'drop' } });
    assert.equal(await ask(path), 'broken');
    remove();
    proxy.rules.add({ match: () => true, fault: { kind: 'lose-reply' }, times: 1 });
    assert.deepEqual([await ask(path), await ask(path)], ['broken', 200]);
  });

  it('holds a request until it is let go', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    proxy.rules.add({ match: () => true, fault: { kind: 'hold', until: promise } });
    const held = ask(path);
    assert.equal(await Promise.race([held, new Promise((done) => setImmediate(done, 'held'))]), 'held');
    resolve();
    assert.equal(await held, 200);
  });
});

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
