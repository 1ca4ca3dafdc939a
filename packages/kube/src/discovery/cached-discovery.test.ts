import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { fastClock } from '../testing/fast-clock.ts';
import { json, startWireServer, type WireHandler } from '../testing/wire-server.ts';

const widget = { group: 'example.com', version: 'v1', kind: 'Widget' };
const core = { '/api': json({ kind: 'APIVersions', versions: [] }) };
const resources = (...kinds: readonly string[]) => ({
  kind: 'APIResourceList',
  resources: kinds.flatMap((kind) => [
    {
      name: `${kind.toLowerCase()}s`,
      singularName: kind.toLowerCase(),
      namespaced: true,
      kind,
      verbs: ['get', 'list', 'watch'],
    },
    { name: `${kind.toLowerCase()}s/status`, singularName: '', namespaced: true, kind, verbs: ['get'] },
  ]),
});
const group = (name: string, ...versions: readonly string[]) => ({
  name,
  versions: versions.map((version) => ({ groupVersion: `${name}/${version}`, version })),
  preferredVersion: { groupVersion: `${name}/${versions[0] ?? ''}`, version: versions[0] },
});
/** Answers with what `answers` says at the time. */
const changing =
  (answer: () => unknown, status: () => number = () => 200): WireHandler =>
  (request, response) =>
    json(answer(), status())(request, response);

describe('discovery', () => {
  it('falls back to the old form, preferred versions first', async () => {
    const server = await startWireServer({
      ...core,
      '/apis': json({ kind: 'APIGroupList', groups: [group('example.com', 'v1', 'v1beta1')] }),
      '/apis/example.com/v1': json(resources('Widget')),
      '/apis/example.com/v1beta1': json(resources('Widget', 'Gadget')),
    });
    const { discovery } = server.cluster;
    const { version, subresources, resource } = await discovery.preferred({ group: 'example.com', kind: 'Widget' });
    assert.deepEqual(
      { version, subresources, resource },
      { version: 'v1', subresources: ['status'], resource: 'widgets' },
    );
    assert.equal((await discovery.preferred({ group: 'example.com', kind: 'Gadget' })).version, 'v1beta1');
    await server.close();
  });

  it('says of a group that failed that it failed, never that its kinds are not served', async () => {
    let broken = true;
    const server = await startWireServer(
      {
        ...core,
        '/apis': json({ kind: 'APIGroupList', groups: [group('example.com', 'v1'), group('fine.com', 'v1')] }),
        '/apis/example.com/v1': changing(
          () => (broken ? {} : resources('Widget')),
          () => (broken ? 503 : 200),
        ),
        '/apis/fine.com/v1': json(resources('Gadget')),
      },
      { clock: fastClock(1000) },
    );
    const { discovery } = server.cluster;
    assert.equal((await discovery.preferred({ group: 'fine.com', kind: 'Gadget' })).version, 'v1');
    assert.deepEqual([discovery.groupFailed('example.com'), discovery.groupFailed('fine.com')], [true, false]);
    await assert.rejects(discovery.resourceFor(widget), (error) => isCapstanError(error, 'KUBE_SERVER_ERROR'));
    broken = false;
    await discovery.refresh();
    assert.equal(discovery.groupFailed('example.com'), false);
    assert.equal((await discovery.resourceFor(widget)).resource, 'widgets');
    await server.close();
  });

  it('takes a stale group of the aggregated form for failed', async () => {
    const stale = {
      kind: 'APIGroupDiscoveryList',
      items: [{ metadata: { name: 'example.com' }, versions: [{ version: 'v1', freshness: 'Stale', resources: [] }] }],
    };
    const server = await startWireServer({ ...core, '/apis': json(stale) });
    await server.cluster.discovery.resources();
    assert.equal(server.cluster.discovery.groupFailed('example.com'), true);
    await assert.rejects(server.cluster.discovery.resourceFor(widget), (error) =>
      isCapstanError(error, 'KUBE_SERVER_ERROR'),
    );
    await server.close();
  });

  it('knows nothing for certain while the list of groups cannot be read, and serves on what it knew', async () => {
    let status = 200;
    const groups = { kind: 'APIGroupList', groups: [group('example.com', 'v1')] };
    const server = await startWireServer(
      {
        ...core,
        '/apis': changing(
          () => groups,
          () => status,
        ),
        '/apis/example.com/v1': json(resources('Widget')),
      },
      { clock: fastClock(1000) },
    );
    const { discovery } = server.cluster;
    assert.equal(discovery.groupFailed('example.com'), true);
    await discovery.resourceFor(widget);
    assert.equal(discovery.groupFailed('example.com'), false);
    status = 500;
    await assert.rejects(discovery.refresh());
    assert.equal(discovery.groupFailed('example.com'), true);
    assert.equal((await discovery.resourceFor(widget)).resource, 'widgets');
    await server.close();
  });

  it('looks again for a kind that it does not know, and tells when something has changed', async () => {
    let groups: readonly object[] = [];
    const server = await startWireServer(
      {
        ...core,
        '/apis': changing(() => ({ kind: 'APIGroupList', groups })),
        '/apis/example.com/v1': json(resources('Widget')),
      },
      { clock: fastClock(1000) },
    );
    const { discovery } = server.cluster;
    let changes = 0;
    discovery.subscribe(() => changes++);
    await assert.rejects(discovery.resourceFor(widget), (error) => isCapstanError(error, 'KUBE_KIND_UNKNOWN'));
    groups = [group('example.com', 'v1')];
    discovery.invalidate();
    assert.equal((await discovery.resourceFor(widget)).resource, 'widgets');
    const requests = server.requests.length;
    await discovery.resourceFor(widget);
    await discovery.refresh();
    assert.equal(changes, 2);
    assert.equal(discovery.generation, 2);
    assert.equal(server.requests.filter((url) => url === '/apis').length, 3);
    assert.equal(server.requests.length - requests, 3);
    await server.close();
  });

  it('reads a schema document once a hash', async () => {
    let hash = 'a';
    const document = {
      components: {
        schemas: { 'com.example.v1.Widget': { 'x-kubernetes-group-version-kind': [widget] } },
      },
    };
    const server = await startWireServer({
      '/openapi/v3': changing(() => ({
        paths: { 'apis/example.com/v1': { serverRelativeURL: `/openapi/v3/apis/example.com/v1?hash=${hash}` } },
      })),
      '/openapi/v3/apis/example.com/v1': json(document),
    });
    const { discovery } = server.cluster;
    const [first, second] = await Promise.all([discovery.schemaFor(widget), discovery.schemaFor(widget)]);
    assert.equal(first?.schemaName, 'com.example.v1.Widget');
    assert.equal(first.document, second?.document);
    discovery.invalidate();
    assert.equal((await discovery.schemaFor(widget))?.document, first.document);
    hash = 'b';
    discovery.invalidate();
    assert.equal((await discovery.schemaFor(widget))?.hash, 'b');
    assert.equal(await discovery.schemaFor({ ...widget, group: 'other.com' }), undefined);
    assert.equal(server.requests.length, 5);
    await server.close();
  });
});
