import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { getPath, type JsonValue } from '@capstan/object';
import { startFaultProxy, startTestApi, type FaultProxy, type TestApi } from '@capstan/testkit';
import { connectCluster, type KubeCluster } from '../client/kube-cluster.ts';
import { loadKubeconfig } from '../kubeconfig/load-kubeconfig.ts';
import { fastClock } from '../testing/fast-clock.ts';
import { textAt } from '../testing/text-at.ts';
import { electLeader, type ElectionOptions } from './elect-leader.ts';
import type { Leadership } from './leader-election.ts';
import { leaseRef } from './lease-record.ts';

const run = Date.now().toString(36);
// One second of these settings is 50 ms of the test's.
const clock = fastClock(20);
let serial = 0;

describe('leader election', () => {
  let api: TestApi;
  let proxy: FaultProxy;
  let direct: KubeCluster;
  let faulty: KubeCluster;
  let name: string;
  let ending: AbortController;
  const held: Leadership[] = [];

  const options = (identity: string, names: readonly string[] = [name]): ElectionOptions => ({
    client: direct.client(),
    leases: names.map((lease) => ({ namespace: 'default', name: lease, identity })),
    signal: ending.signal,
    clock,
  });
  const elect = async (given: ElectionOptions): Promise<Leadership> => {
    const leadership = await electLeader(given);
    held.push(leadership);
    return leadership;
  };
  const spec = async (key: string, lease = name): Promise<JsonValue | undefined> =>
    getPath(await direct.client().find(leaseRef('default', lease)), 'spec', key);
  /** Resolves when the Lease has been renewed. */
  const renewed = async ({ signal }: Leadership): Promise<void> => {
    const before = await spec('renewTime');
    while ((await spec('renewTime')) === before) assert.equal(signal.aborted, false);
  };
  const aborted = (signal: AbortSignal): Promise<void> =>
    signal.aborted ? Promise.resolve() : new Promise((resolve) => signal.addEventListener('abort', () => resolve()));

  before(async () => {
    api = await startTestApi();
    proxy = await startFaultProxy({ kubeconfig: api.kubeconfigPath });
    direct = connectCluster(await loadKubeconfig({ path: api.kubeconfigPath }));
    faulty = connectCluster(await loadKubeconfig({ path: proxy.kubeconfig }));
  });
  beforeEach(() => {
    name = `lease-${run}-${serial++}`;
    ending = new AbortController();
  });
  afterEach(async () => {
    ending.abort(new Error('the test is over'));
    await Promise.all(held.splice(0).map((leadership) => leadership.release()));
    proxy.rules.clear();
  });
  after(async () => {
    await Promise.all([direct.close(), faulty.close()]);
    await proxy.close();
    await api.close();
  });

  it('takes a Lease that is not there, as client-go writes it', async () => {
    await elect(options('one'));
    assert.equal(await spec('holderIdentity'), 'one');
    assert.equal(await spec('leaseDurationSeconds'), 35);
    assert.equal(await spec('leaseTransitions'), 0);
    assert.match(textAt({ time: (await spec('renewTime')) ?? '' }, 'time'), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  });

  it('waits while another renews, and takes over as soon as it is given up', async () => {
    const first = await elect(options('one'));
    const waiting: string[] = [];
    const second = elect({ ...options('two'), onWaiting: (_lease, holder) => waiting.push(holder) });
    await renewed(first);
    assert.equal(await spec('holderIdentity'), 'one');
    await first.release();
    await second;
    assert.equal(await spec('holderIdentity'), 'two');
    assert.equal(await spec('leaseTransitions'), 1);
    assert.deepEqual(waiting, ['one']);
    assert.ok(isCapstanError(first.signal.reason, 'LEASE_LOST'));
  });

  it('takes over from a holder that no longer renews, after the duration it promised', async () => {
    const past = '2020-01-01T00:00:00.000000Z';
    await direct.client().create({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { namespace: 'default', name },
      spec: {
        holderIdentity: 'dead',
        leaseDurationSeconds: 12,
        acquireTime: past,
        renewTime: past,
        leaseTransitions: 4,
      },
    });
    const startedAt = clock.monotonic();
    await elect(options('one'));
    // Its clock may be wrong: that its times are long past means nothing.
    assert.ok(clock.monotonic() - startedAt >= 12_000);
    assert.equal(await spec('leaseTransitions'), 5);
  });

  it('stops by its own deadline, before the Lease can pass on, when it cannot renew', async () => {
    clock.delays.length = 0;
    const leadership = await elect({ ...options('one'), client: faulty.client() });
    const { promise, resolve } = Promise.withResolvers<void>();
    proxy.rules.add({ match: (request) => request.resource === 'leases', fault: { kind: 'hold', until: promise } });
    await aborted(leadership.signal);
    // The deadline counts from before the renewal was sent, so it comes before the Lease's end at 35 s.
    const longest = Math.max(...clock.delays);
    assert.ok(longest > 20_000 && longest <= 30_000);
    assert.equal(await spec('holderIdentity'), 'one');
    assert.ok(isCapstanError(leadership.signal.reason, 'LEASE_LOST'));
    resolve();
  });

  it('keeps leading over failures that pass', async () => {
    const leadership = await elect({ ...options('one'), client: faulty.client() });
    proxy.rules.add({ match: (request) => request.resource === 'leases', fault: { kind: 'drop' }, times: 2 });
    await renewed(leadership);
  });

  it('stops at once when it finds the Lease taken', async () => {
    const leadership = await elect(options('one'));
    const patch = { spec: { holderIdentity: 'thief', renewTime: '2030-01-01T00:00:00.000000Z' } };
    await direct.client().patch(leaseRef('default', name), { kind: 'merge', patch });
    await aborted(leadership.signal);
    assert.equal(await spec('holderIdentity'), 'thief');
  });

  it('takes all of several Leases or none, so that whoever serves under one is not stopped for nothing', async () => {
    const other = `${name}-other`;
    const first = await elect(options('one', [other]));
    const waiting = Promise.withResolvers<void>();
    const both = elect({ ...options('two', [name, other]), onWaiting: () => waiting.resolve() });
    await waiting.promise;
    assert.equal(await spec('holderIdentity'), undefined);
    await first.release();
    const leadership = await both;
    assert.deepEqual([await spec('holderIdentity'), await spec('holderIdentity', other)], ['two', 'two']);
    await leadership.release();
    assert.deepEqual([await spec('holderIdentity'), await spec('holderIdentity', other)], ['', '']);
  });

  it('ends its waiting when its signal is aborted', async () => {
    await elect(options('one'));
    const controller = new AbortController();
    const waiting = electLeader({
      ...options('two'),
      signal: controller.signal,
      onWaiting: () => controller.abort(new Error('enough')),
    });
    await assert.rejects(waiting, /enough/);
  });
});
