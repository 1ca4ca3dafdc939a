import { getPath, type KubernetesObject } from '@capstan/object';
import { entriesAt, textAt } from '../fields.ts';
import { configMap, deployment } from '../manifests.ts';
import { inBoth, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

/** An autoscaler that wants three at least: it acts on that without any metrics. */
function autoscaler(namespace: string, minReplicas: number): KubernetesObject {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web', namespace },
    spec: {
      minReplicas,
      maxReplicas: 10,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
      ],
    },
  };
}

const HEALS_AT_MOST = 6;

/** Others who write to what Git describes. */
export const otherWriterScenarios: readonly Scenario[] = [
  ...inBoth('the replicas of an autoscaler are never touched and are no drift', async (world, dialect) => {
    const web = world.ref('Deployment', 'web');
    const first = await world.repository.commit({ 'app/web.yaml': deployment('web') }, 'first');
    const app = await world.app(dialect, { path: 'app' });
    await app.applied(first);
    await world.view.client.create(autoscaler(world.namespace, 3), { fieldManager: 'kubectl-create' });
    const scaled = (count: number): Promise<KubernetesObject> =>
      world.view.present(
        `${count} replicas run`,
        web,
        (seen) => getPath(seen, 'spec', 'replicas') === count && getPath(seen, 'status', 'readyReplicas') === count,
        100_000,
      );
    await scaled(3);
    const before = writesToWeb(world);
    await world.settled(web, app);
    await app.reconciled();
    const second = await world.repository.commit({ 'app/web.yaml': deployment('web', { image: 'nginx:1.28' }) }, 'new');
    await app.refresh();
    await app.applied(second);
    if (getPath(await world.view.live(web), 'spec', 'replicas') !== 3) throw new Error('the replicas were reset');
    const writes = writesToWeb(world) - before;
    if (writes > 1) throw new Error(`${writes} writes to the Deployment for one commit`);
  }),
  ...inBoth('what an injector adds is never touched and is no drift', async (world, dialect) => {
    const web = world.ref('Deployment', 'web');
    const first = await world.repository.commit({ 'app/web.yaml': deployment('web', { replicas: 1 }) }, 'first');
    const app = await world.app(dialect, { path: 'app' });
    await app.applied(first);
    await world.edit(
      web,
      {
        metadata: { annotations: { 'sidecar.example.com/injected': 'yes' } },
        spec: {
          template: {
            metadata: { annotations: { 'sidecar.example.com/hash': 'abc' } },
            spec: { containers: [{ name: 'sidecar', image: 'envoy:1' }] },
          },
        },
      },
      'sidecar-injector',
    );
    const before = writesToWeb(world);
    await world.settled(web, app);
    await app.reconciled();
    const hasSidecar = (seen: KubernetesObject | undefined): boolean =>
      entriesAt(seen, 'spec', 'template', 'spec', 'containers').some((entry) => textAt(entry, 'name') === 'sidecar') &&
      textAt(seen, 'metadata', 'annotations', 'sidecar.example.com/injected') === 'yes';
    if (!hasSidecar(await world.view.live(web))) throw new Error('the injected fields were removed');
    if (writesToWeb(world) !== before) throw new Error('injected fields were taken for drift');
    const second = await world.repository.commit(
      { 'app/web.yaml': deployment('web', { replicas: 1, image: 'nginx:1.28' }) },
      'new',
    );
    await app.refresh();
    await app.applied(second);
    if (!hasSidecar(await world.view.live(web))) throw new Error('the injected fields were removed by a commit');
  }),
  ...inBoth(
    'an adversary that reverts every heal meets bounded writes, and is reported as contested',
    async (world, dialect) => {
      const settings = world.ref('ConfigMap', 'settings');
      const first = await world.repository.commit(
        { 'app/settings.yaml': configMap('settings', { LEVEL: 'info' }) },
        'one',
      );
      const app = await world.app(dialect, { path: 'app' });
      await app.applied(first);
      const before = world.writes().length;
      const failures: unknown[] = [];
      const revert = (): Promise<unknown> =>
        world
          .edit(settings, { data: { LEVEL: 'trace' } }, 'stubborn-operator')
          .catch((error: unknown) => failures.push(error));
      const stop = await world.view.follow(settings, (seen) => {
        if (textAt(seen, 'data', 'LEVEL') === 'info') void revert();
      });
      try {
        await revert();
        await contested(world, app.ref.kind === 'Application' ? 'argocd' : app.ref.namespace, app.ref.name);
      } finally {
        stop();
      }
      const writes = world
        .writes()
        .slice(before)
        .filter((request) => request.name === 'settings');
      if (writes.length > HEALS_AT_MOST) throw new Error(`${writes.length} writes against an adversary`);
      if (writes.length < 2) throw new Error('the field was not healed at all');
      if (failures.length > 0) throw failures[0];
    },
  ),
];

function writesToWeb(world: World): number {
  return world.writes().filter((request) => request.resource === 'deployments' && request.name === 'web').length;
}

/** Waits until an event or a condition says that an object is contested, and by whom. */
async function contested(world: World, namespace: string, name: string): Promise<void> {
  const { view } = world;
  const kind = { group: '', kind: 'Event' };
  const names = (event: KubernetesObject): boolean =>
    textAt(event, 'involvedObject', 'name') === name &&
    /contested|keeps (being )?(changing|changed|reverting)/i.test(
      `${textAt(event, 'reason')} ${textAt(event, 'message')}`,
    ) &&
    textAt(event, 'message').includes('stubborn-operator');
  await view.untilSome(`an event says that settings is contested by stubborn-operator`, kind, namespace, names);
}
