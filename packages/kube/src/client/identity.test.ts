import assert from 'node:assert/strict';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import type { ClusterAuth } from '../kubeconfig/cluster-config.ts';
import { staticAuth } from '../kubeconfig/cluster-auth.ts';
import { connectCluster } from './kube-cluster.ts';

/** A server that keeps the headers it gets, and answers with what `status` says. */
async function headersServer(status: (request: http.IncomingMessage) => number = () => 200) {
  const seen: NodeJS.Dict<string[]>[] = [];
  const server = http.createServer((request, answer) => {
    seen.push(request.headersDistinct);
    answer.writeHead(status(request), { 'content-type': 'application/json' });
    answer.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    seen,
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

const clusterOf = (port: number, auth: ClusterAuth, proxyUrl?: string) =>
  connectCluster({
    server: `http://127.0.0.1:${port}`,
    context: 'test',
    namespace: 'default',
    tls: { insecure: false },
    auth,
    ...(proxyUrl === undefined ? {} : { proxyUrl }),
  });
const request = { method: 'GET', path: '/version' } as const;

describe('a client as an identity', () => {
  it('says whom it acts as, beside its own credentials', async () => {
    const server = await headersServer();
    const cluster = clusterOf(server.port, staticAuth({ authorization: 'Bearer t' }));
    const user = 'system:serviceaccount:shop:deployer';
    await cluster.client({ kind: 'impersonated', user, groups: ['a', 'b'] }).raw(request);
    await cluster.client().raw(request);
    const [impersonated, own] = server.seen;
    assert.deepEqual(impersonated?.['impersonate-user'], [user]);
    assert.deepEqual(impersonated['impersonate-group'], ['a', 'b']);
    assert.deepEqual(impersonated.authorization, ['Bearer t']);
    assert.equal(own?.['impersonate-user'], undefined);
    await cluster.close();
    await server.close();
  });

  it('puts the identity that is asked for before the one of the kubeconfig', async () => {
    const server = await headersServer();
    const impersonate = { user: 'configured', groups: ['g'], extra: { 'Scopes/x': ['1'] } };
    const cluster = clusterOf(server.port, staticAuth({ impersonate }));
    await cluster.client().raw(request);
    await cluster.client({ kind: 'impersonated', user: 'asked', groups: [] }).raw(request);
    const [configured, asked] = server.seen;
    assert.deepEqual(configured?.['impersonate-user'], ['configured']);
    assert.deepEqual(configured['impersonate-extra-scopes%2fx'], ['1']);
    assert.deepEqual(asked?.['impersonate-user'], ['asked']);
    assert.equal(asked['impersonate-group'], undefined);
    await cluster.close();
    await server.close();
  });

  it('cannot be made to send other headers by a name', async () => {
    const server = await headersServer();
    const cluster = clusterOf(server.port, staticAuth({}));
    const client = cluster.client({ kind: 'impersonated', user: 'a\r\nimpersonate-group: system:masters', groups: [] });
    await assert.rejects(client.raw(request), (error) => isCapstanError(error, 'KUBE_REFUSED'));
    assert.equal(server.seen.length, 0);
    await cluster.close();
    await server.close();
  });

  it('asks for its credentials anew when they are refused, once', async () => {
    let token = 1;
    const server = await headersServer(({ headers }) => (headers.authorization === 'Bearer 2' ? 200 : 401));
    const auth = {
      ...staticAuth({}),
      authorization: () => Promise.resolve(`Bearer ${token}`),
      refresh: () => ++token > 0,
    };
    const cluster = clusterOf(server.port, auth);
    assert.equal((await cluster.client().raw(request)).status, 200);
    token = 5;
    await assert.rejects(cluster.client().raw(request), (error) => isCapstanError(error, 'KUBE_UNAUTHORIZED'));
    assert.equal(server.seen.length, 4);
    await cluster.close();
    await server.close();
  });

  it('goes through the proxy that its kubeconfig names', async () => {
    const server = await headersServer();
    const tunnels: string[] = [];
    const proxy = http.createServer();
    proxy.on('connect', (connect, socket) => {
      tunnels.push(connect.url ?? '');
      const onward = net.connect(server.port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
      onward.on('error', () => socket.destroy());
      socket.on('error', () => onward.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const cluster = clusterOf(server.port, staticAuth({ authorization: 'Bearer t' }), url);
    await cluster.client().raw(request);
    assert.deepEqual(tunnels, [`127.0.0.1:${server.port}`]);
    assert.deepEqual(server.seen[0]?.authorization, ['Bearer t']);
    await cluster.close();
    await server.close();
    proxy.closeAllConnections();
    proxy.close();
  });
});
