import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { getPath, type KubernetesObject } from '@capstan/object';
import { startFaultProxy, startTestApi, type FaultProxy, type TestApi } from '@capstan/testkit';
import { connectCluster, type KubeCluster } from '../client/kube-cluster.ts';
import { systemClock, type Clock } from '../clock.ts';
import { loadKubeconfig } from '../kubeconfig/load-kubeconfig.ts';
import { textAt } from '../testing/text-at.ts';
import { createEventRecorder } from './create-event-recorder.ts';
import type { EventInput } from './event-recorder.ts';

const run = Date.now().toString(36);
const event = (name: string, message: string): EventInput => ({
  regarding: {
    group: 'kustomize.toolkit.fluxcd.io',
    version: 'v1',
    kind: 'Kustomization',
    namespace: 'default',
    name: `${name}-${run}`,
    uid: `uid-${name}`,
  },
  type: 'Normal',
  reason: 'ReconciliationSucceeded',
  message,
  annotations: { 'kustomize.toolkit.fluxcd.io/revision': 'main@sha1:abc' },
});

describe('the event recorder', () => {
  let api: TestApi;
  let proxy: FaultProxy;
  let cluster: KubeCluster;

  const recorder = (maxQueued = 1000) =>
    createEventRecorder({ client: cluster.client(), component: 'kustomize-controller', maxQueued });
  const eventsOf = async (name: string): Promise<readonly KubernetesObject[]> => {
    const kind = { group: '', version: 'v1', kind: 'Event' };
    const { items } = await cluster.client().listAll(kind, { namespace: 'default' });
    return items.filter((item) => getPath(item, 'involvedObject', 'name') === `${name}-${run}`);
  };

  before(async () => {
    api = await startTestApi();
    proxy = await startFaultProxy({ kubeconfig: api.kubeconfigPath });
    cluster = connectCluster(await loadKubeconfig({ path: proxy.kubeconfig }));
    await cluster.discovery.resources();
  });
  afterEach(() => proxy.rules.clear());
  after(async () => {
    await cluster.close();
    await proxy.close();
    await api.close();
  });

  it('writes an event as client-go does', async () => {
    const events = recorder();
    events.record(event('plain', 'applied'));
    await events.close();
    const [written] = await eventsOf('plain');
    assert.ok(written);
    const { metadata, firstTimestamp, lastTimestamp, ...rest } = written;
    assert.match(textAt(metadata, 'name'), new RegExp(`^plain-${run}\\.[0-9a-f]+$`));
    assert.deepEqual(getPath(metadata, 'annotations'), { 'kustomize.toolkit.fluxcd.io/revision': 'main@sha1:abc' });
    assert.equal(firstTimestamp, lastTimestamp);
    assert.deepEqual(
      { ...rest, eventTime: null },
      {
        apiVersion: 'v1',
        kind: 'Event',
        involvedObject: {
          apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
          kind: 'Kustomization',
          namespace: 'default',
          name: `plain-${run}`,
          uid: 'uid-plain',
        },
        type: 'Normal',
        reason: 'ReconciliationSucceeded',
        message: 'applied',
        source: { component: 'kustomize-controller' },
        reportingComponent: 'kustomize-controller',
        reportingInstance: '',
        count: 1,
        eventTime: null,
      },
    );
  });

  it('counts the same event up, and writes another one anew', async () => {
    const events = recorder();
    for (const message of ['a', 'a', 'b', 'a']) events.record(event('counted', message));
    await events.close();
    const found = await eventsOf('counted');
    assert.deepEqual(found.map((item) => [item['message'], item['count']]).sort(), [
      ['a', 3],
      ['b', 1],
    ]);
  });

  it('writes each event of an audit by itself, with its own annotations', async () => {
    const events = recorder();
    for (const place of ['one', 'two'])
      events.record({ ...event('audited', 'synced'), annotations: { place }, audit: true });
    await events.close();
    const written = await eventsOf('audited');
    assert.deepEqual(written.map((item) => getPath(item, 'metadata', 'annotations', 'place')).sort(), ['one', 'two']);
    assert.ok(written.every((item) => item['count'] === 1));
  });

  it('writes an event anew that the server has thrown away', async () => {
    const events = recorder();
    events.record(event('expired', 'a'));
    await events.flush();
    const [first] = await eventsOf('expired');
    const name = textAt(first, 'metadata', 'name');
    await cluster.client().delete({ group: '', version: 'v1', kind: 'Event', namespace: 'default', name });
    events.record(event('expired', 'a'));
    await events.close();
    assert.deepEqual(
      (await eventsOf('expired')).map((item) => item['count']),
      [1],
    );
  });

  it('gathers events that differ in their message alone once there are too many', async () => {
    const events = recorder();
    for (let at = 0; at < 15; at++) events.record(event('crowd', `message ${at}`));
    await events.close();
    const found = await eventsOf('crowd');
    assert.equal(found.length, 10);
    const combined = found.filter((item) => textAt(item, 'message').startsWith('(combined from similar events): '));
    assert.deepEqual(
      combined.map((item) => [item['message'], item['count']]),
      [['(combined from similar events): message 14', 6]],
    );
  });

  it('lets an event wait ten times as long while the cluster has other things to do', async () => {
    const asked = Promise.withResolvers<number>();
    const after: Clock['after'] = (milliseconds) => {
      asked.resolve(milliseconds);
      return () => undefined;
    };
    const clock: Clock = { ...systemClock(), monotonic: () => 0, after };
    const client = cluster.client();
    const events = createEventRecorder({ client, component: 'kustomize-controller', clock, isBusy: () => true });
    for (let at = 0; at < 7; at++) events.record(event(`busy-${at}`, 'same'));
    const written = async (): Promise<number> => {
      const found = await Promise.all(Array.from({ length: 7 }, (_, at) => eventsOf(`busy-${at}`)));
      return found.flat().length;
    };
    assert.equal(await asked.promise, 200);
    assert.equal(await written(), 5);
    await events.close();
    assert.equal(await written(), 7);
  });

  it('limits the events about one object, and counts what it drops', async () => {
    const events = recorder();
    for (let at = 0; at < 30; at++) events.record(event('noisy', 'same'));
    events.record(event('calm', 'same'));
    await events.close();
    assert.equal(events.dropped, 5);
    assert.deepEqual(
      (await eventsOf('noisy')).map((item) => item['count']),
      [25],
    );
    assert.equal((await eventsOf('calm')).length, 1);
  });

  it('tells changes of one thing that follow each other in one event, while many wait', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const matches = (request: { readonly resource: string }): boolean => request.resource === 'events';
    proxy.rules.add({ match: matches, fault: { kind: 'hold', until: promise } });
    const events = recorder();
    const change = (what: string, from: string, to: string): void =>
      events.record({ ...event('changing', `${what}: ${from} -> ${to}`), transition: { what, from, to }, audit: true });
    events.record(event('first', 'is being written'));
    for (let at = 0; at < 40; at++) events.record(event(`filler-${at}`, 'waits'));
    change('health', '', 'Missing');
    change('sync', '', 'OutOfSync');
    events.record(event('changing', 'in between'));
    change('health', 'Missing', 'Progressing');
    change('health', 'Progressing', 'Healthy');
    change('sync', 'OutOfSync', 'Synced');
    change('sync', 'Synced', '');
    resolve();
    await events.close();
    const found = await eventsOf('changing');
    assert.deepEqual(found.map((item) => [item['message'], item['count']]).sort(), [
      ['health:  -> Healthy', 1],
      ['in between', 1],
      ['sync:  -> Synced', 1],
      // There and back again is told.
      ['sync: Synced -> ', 1],
    ]);
    assert.equal(events.dropped, 0);
  });

  it('never waits for the API: a server that hangs costs events, not time', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const matches = (request: { readonly resource: string }): boolean => request.resource === 'events';
    proxy.rules.add({ match: matches, fault: { kind: 'hold', until: promise } });
    const events = recorder(3);
    const failures = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => event(`held-${name}`, 'x'));
    for (const input of failures) events.record(input);
    // One is being written and three wait.
    assert.equal(events.dropped, 2);
    resolve();
    await events.close();
    const found = await Promise.all(['a', 'd', 'e'].map((name) => eventsOf(`held-${name}`)));
    assert.deepEqual(
      found.map((list) => list.length),
      [1, 1, 0],
    );
  });
});
