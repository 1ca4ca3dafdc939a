import { getPath } from '@capstan/object';
import type { Target } from '../e2e/target.ts';
import { measureFloor } from './floor.ts';
import { treeUse, watchMemory } from './process-tree.ts';
import { beside, round, type Row } from './row.ts';
import { createApps, inLanes, isDone, quiet, setStage, untilAll, type Stage } from './stage.ts';
import { appName, filesOf, homeOf, kindOf, namespaceOf } from './workload.ts';

/** What the real controllers needed for the same workload (`performance.md`): the middle of the range given there. */
const peers = {
  argo: {
    name: 'Argo CD',
    figures: {
      100: { seconds: 45, cpu: 44, requests: 4580, rss: 800, commit: 5.1 },
      500: { seconds: 204, cpu: 236, requests: 22_580, rss: 966, commit: 18 },
    },
  },
  flux: {
    name: 'Flux',
    figures: {
      100: { seconds: 28.5, cpu: 23, requests: 3450, rss: 280, commit: 12.5 },
      500: { seconds: 111, cpu: 95, requests: 17_070, rss: 321, commit: 70 },
    },
  },
} as const;

/** N apps of four objects, from nothing to healthy; then one commit to one app; then every app asked with nothing changed. */
export async function converge(
  target: Target,
  dialect: 'argo' | 'flux',
  apps: number,
  say: (text: string) => void,
): Promise<readonly Row[]> {
  const benchmark = `converge/${dialect}-${apps}`;
  say(`${benchmark}: the floor`);
  const floor = await measureFloor(target.kube.client(), apps);
  say(`${benchmark}: ${floor.toFixed(1)} s by the API server alone; now the controllers`);
  const stage = await setStage(target, dialect, apps);
  const memory = watchMemory(stage.controllers.pid);
  try {
    const cpuBefore = treeUse(stage.controllers.pid).cpuSeconds;
    const requestsBefore = stage.requests();
    const begun = performance.now();
    await createApps(stage, dialect, apps);
    await untilAll(stage, dialect, apps, (app) => isDone(dialect, app));
    const seconds = (performance.now() - begun) / 1000;
    const cpu = treeUse(stage.controllers.pid).cpuSeconds - cpuBefore;
    const requests = stage.requests() - requestsBefore;
    const commit = await commitOne(stage, dialect);
    const unchanged = await askAll(stage, dialect, apps);
    const rows: Row[] = [
      { benchmark, metric: 'seconds', unit: 's', value: round(seconds) },
      { benchmark, metric: 'floor-ratio', unit: '', value: round(seconds / floor) },
      { benchmark, metric: 'cpu', unit: 's', value: round(cpu) },
      { benchmark, metric: 'requests', unit: '', value: requests },
      { benchmark, metric: 'rss', unit: 'MiB', value: round(memory.peak()) },
      { benchmark, metric: 'commit-applied', unit: 's', value: round(commit) },
      { benchmark, metric: 'unchanged-requests', unit: '', value: unchanged },
    ];
    return rows.map((row) => withPeer(row, dialect, apps));
  } finally {
    memory.stop();
    await stage.close();
  }
}

/** Seconds from a push that changes one app until its ConfigMap is changed. */
async function commitOne(stage: Stage, dialect: 'argo' | 'flux'): Promise<number> {
  const namespace = namespaceOf(stage.prefix, 0);
  const ref = { group: '', kind: 'ConfigMap', namespace, name: appName(0) };
  const hold = stage.cache.hold(ref);
  await hold.synced;
  await stage.repository.commit(filesOf(0, 'debug'), 'one app');
  const begun = performance.now();
  const changed = new Promise<void>((resolve) => {
    const unsubscribe = stage.cache.subscribe(({ entry, object }) => {
      if (entry.ref.kind !== 'ConfigMap' || entry.ref.namespace !== namespace || entry.ref.name !== appName(0)) return;
      if (getPath(object, 'data', 'LEVEL') !== 'debug') return;
      unsubscribe();
      resolve();
    });
  });
  // What a webhook would do: tell the source, or the application, to look now.
  if (dialect === 'flux')
    await annotate(
      stage,
      {
        ...kindOf('flux'),
        group: 'source.toolkit.fluxcd.io',
        kind: 'GitRepository',
        namespace: stage.prefix,
        name: 'repository',
      },
      'reconcile.fluxcd.io/requestedAt',
      'commit',
    );
  else
    await annotate(
      stage,
      { ...kindOf('argo'), namespace: 'argocd', name: `${stage.prefix}-0` },
      'argocd.argoproj.io/refresh',
      'normal',
    );
  await changed;
  hold.release();
  return (performance.now() - begun) / 1000;
}

/** Requests for every app being asked to reconcile, with nothing changed; those that answer the asking itself included. */
async function askAll(stage: Stage, dialect: 'argo' | 'flux', apps: number): Promise<number> {
  await quiet(stage);
  const before = stage.requests();
  const names = Array.from({ length: apps }, (_, index) =>
    dialect === 'argo' ? `${stage.prefix}-${index}` : appName(index),
  );
  const home = homeOf(dialect, stage.prefix);
  await inLanes(names, 16, (name) =>
    dialect === 'argo'
      ? annotate(stage, { ...kindOf('argo'), namespace: home, name }, 'argocd.argoproj.io/refresh', 'normal')
      : annotate(stage, { ...kindOf('flux'), namespace: home, name }, 'reconcile.fluxcd.io/requestedAt', 'again'),
  );
  await untilAll(stage, dialect, apps, (app) =>
    dialect === 'argo'
      ? getPath(app.metadata, 'annotations', 'argocd.argoproj.io/refresh') === undefined
      : getPath(app['status'], 'lastHandledReconcileAt') === 'again',
  );
  await quiet(stage);
  return stage.requests() - before;
}

async function annotate(
  stage: Stage,
  ref: Parameters<Stage['client']['patch']>[0],
  key: string,
  value: string,
): Promise<void> {
  await stage.client.patch(
    ref,
    { kind: 'merge', patch: { metadata: { annotations: { [key]: value } } } },
    { fieldManager: 'capstan-bench' },
  );
}

function withPeer(row: Row, dialect: 'argo' | 'flux', apps: number): Row {
  const { name, figures } = peers[dialect];
  const known = apps === 100 ? figures[100] : apps === 500 ? figures[500] : undefined;
  if (known === undefined) return row;
  switch (row.metric) {
    case 'seconds':
      return beside(row, name, known.seconds);
    case 'cpu':
      return beside(row, name, known.cpu);
    case 'requests':
      return beside(row, name, known.requests);
    case 'rss':
      return beside(row, name, known.rss);
    case 'commit-applied':
      return beside(row, name, known.commit);
    default:
      return row;
  }
}
