import type { RequestCount } from '@capstan/kube';
import { getPath } from '@capstan/object';
import type { Target } from '../e2e/target.ts';
import { measureFloor } from './floor.ts';
import { treeUse, watchMemory, type ProcessUse } from './process-tree.ts';
import { beside, round, type Row } from './row.ts';
import { inLanes } from './lanes.ts';
import { createApps, isDone, quiet, setStage, untilAll, type Stage } from './stage.ts';
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

/** What is measured. */
export interface ConvergeOptions {
  readonly dialect: Dialect;
  readonly apps: number;
  /** Flags of Node that the controllers are started with, for profiles. */
  readonly nodeFlags?: readonly string[] | undefined;
}

type Dialect = 'argo' | 'flux';

/**
 * N apps of four objects, from nothing to healthy; one commit to one app; a notice of a push that changed nothing; every
 * app asked by annotation. Requests and CPU are counted until the controllers are at rest: Events come late.
 */
export async function converge(
  target: Target,
  { dialect, apps, nodeFlags }: ConvergeOptions,
  say: (text: string) => void,
): Promise<readonly Row[]> {
  const benchmark = `converge/${dialect}-${apps}`;
  say(`${benchmark}: the floor`);
  const floor = await measureFloor(target.kube.client(), apps);
  say(`${benchmark}: ${floor.toFixed(1)} s by the API server alone; now the controllers`);
  const stage = await setStage(target, dialect, apps, nodeFlags);
  const memory = watchMemory(stage.controllers.pid);
  try {
    const cpuBefore = treeUse(stage.controllers.pid).cpuSeconds;
    const requestsBefore = await stage.requests();
    const blocksBefore = (await stage.blocks()).length;
    const begun = performance.now();
    await createApps(stage, dialect, apps);
    await untilAll(stage, dialect, apps, (app) => isDone(dialect, app));
    const seconds = (performance.now() - begun) / 1000;
    await quiet(stage);
    const cpu = treeUse(stage.controllers.pid).cpuSeconds - cpuBefore;
    const requests = (await stage.requests()) - requestsBefore;
    say(`${benchmark}: all are healthy; ${describe(await stage.controllers.requests())}`);
    const blocks = (await stage.blocks()).slice(blocksBefore);
    const { rssMebibytes, processes } = memory.peak();
    say(`${benchmark}: at the peak ${processes.map(use).join(', ')}`);
    const commit = await commitOne(stage, dialect, apps);
    const unchanged = await noticeAll(stage, say);
    const refreshed = await askAll(stage, dialect, apps);
    const rows: Row[] = [
      { benchmark, metric: 'seconds', unit: 's', value: round(seconds) },
      { benchmark, metric: 'floor-ratio', unit: '', value: round(seconds / floor) },
      { benchmark, metric: 'cpu', unit: 's', value: round(cpu) },
      { benchmark, metric: 'requests', unit: '', value: requests },
      { benchmark, metric: 'rss', unit: 'MiB', value: round(rssMebibytes) },
      { benchmark, metric: 'commit-applied', unit: 's', value: round(commit.applied) },
      { benchmark, metric: 'commit-everywhere', unit: 's', value: round(commit.everywhere) },
      { benchmark, metric: 'unchanged-requests', unit: '', value: unchanged },
      { benchmark, metric: 'refreshed-requests', unit: '', value: refreshed },
      { benchmark, metric: 'blocks', unit: '', value: blocks.length },
      { benchmark, metric: 'longest-block', unit: 'ms', value: Math.max(0, ...blocks) },
    ];
    return rows.map((row) => withPeer(row, dialect, apps));
  } finally {
    memory.stop();
    await stage.close();
  }
}

/** Seconds from a push that changes one app until its ConfigMap is changed, and until all apps are at the revision. */
async function commitOne(
  stage: Stage,
  dialect: Dialect,
  apps: number,
): Promise<{ readonly applied: number; readonly everywhere: number }> {
  // The last of all: whoever takes them in order comes to it last.
  const index = apps - 1;
  const [namespace, name] = [namespaceOf(stage.prefix, index), appName(index)];
  const hold = stage.cache.hold({ group: '', kind: 'ConfigMap' });
  await hold.synced;
  const commit = await stage.repository.commit(filesOf(index, 'debug'), 'one app');
  const begun = performance.now();
  const changed = new Promise<void>((resolve) => {
    const unsubscribe = stage.cache.subscribe(({ entry, object }) => {
      if (entry.ref.kind !== 'ConfigMap' || entry.ref.namespace !== namespace || entry.ref.name !== name) return;
      if (getPath(object, 'data', 'LEVEL') !== 'debug') return;
      unsubscribe();
      resolve();
    });
  });
  await stage.controllers.pushed(stage.url);
  await changed;
  const applied = (performance.now() - begun) / 1000;
  await untilAll(stage, dialect, apps, (app) => isDone(dialect, app, commit));
  const everywhere = (performance.now() - begun) / 1000;
  hold.release();
  return { applied, everywhere };
}

/** Requests for a notice of a push to the repository of all apps that has changed nothing. */
async function noticeAll(stage: Stage, say: (text: string) => void): Promise<number> {
  await quiet(stage);
  const [before, runs] = [await stage.requests(), await stage.controllers.reconciles()];
  const told = await stage.controllers.pushed(stage.url);
  await quiet(stage);
  say(`told ${told} of a push that changed nothing: ${(await stage.controllers.reconciles()) - runs} reconciles`);
  return (await stage.requests()) - before;
}

/**
 * Requests for every app being asked by its annotation, with nothing changed. The answer stands in the resource, so each
 * costs one: Argo CD takes the annotation away, Flux notes it in `lastHandledReconcileAt`.
 */
async function askAll(stage: Stage, dialect: Dialect, apps: number): Promise<number> {
  await quiet(stage);
  const before = await stage.requests();
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
  return (await stage.requests()) - before;
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

/** The kinds of requests that there were most of. */
function describe(counts: readonly RequestCount[]): string {
  return [...counts]
    .sort((left, right) => right.count - left.count)
    .slice(0, 8)
    .map(({ verb, resource, subresource, count }) => `${count} ${verb} ${resource}${subresource && `/${subresource}`}`)
    .join(', ');
}

function use({ name, cpuSeconds, rssMebibytes }: ProcessUse): string {
  return `${name} ${rssMebibytes.toFixed(0)} MiB ${cpuSeconds.toFixed(1)} s`;
}

function withPeer(row: Row, dialect: Dialect, apps: number): Row {
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
