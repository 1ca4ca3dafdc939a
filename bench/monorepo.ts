import { getPath } from '@capstan/object';
import type { Target } from '../e2e/target.ts';
import { round, type Row } from './row.ts';
import { inLanes } from './lanes.ts';
import { createApps, isDone, quiet, setStage, untilAll, type Stage } from './stage.ts';
import { appName, filesOf, kindOf, namespaceOf } from './workload.ts';

/** How many apps share the repository, as the benchmark is defined. */
const APPS = 200;

/** One commit that touches 1 of 200 apps of one repository: what is rendered, how long it takes, what is written. */
export async function monorepo(
  target: Target,
  dialect: 'argo' | 'flux',
  say: (text: string) => void,
): Promise<readonly Row[]> {
  const benchmark = `monorepo/${dialect}-${APPS}`;
  say(benchmark);
  const stage = await setStage(target, dialect, APPS);
  try {
    await createApps(stage, dialect, APPS);
    await untilAll(stage, dialect, APPS, (app) => isDone(dialect, app));
    await quiet(stage);
    const renders = await stage.controllers.renders();
    const [writes, requests] = [await stage.writes(), await stage.requests()];
    const begun = performance.now();
    const commit = await stage.repository.commit(filesOf(0, 'debug'), 'one app');
    const changed = untilChanged(stage);
    await push(stage, dialect);
    await changed;
    const applied = (performance.now() - begun) / 1000;
    await untilAll(stage, dialect, APPS, (app) => isDone(dialect, app, commit));
    const all = (performance.now() - begun) / 1000;
    await quiet(stage);
    return [
      { benchmark, metric: 'renders', unit: '', value: (await stage.controllers.renders()) - renders },
      { benchmark, metric: 'applied', unit: 's', value: round(applied) },
      { benchmark, metric: 'all-at-revision', unit: 's', value: round(all) },
      { benchmark, metric: 'writes', unit: '', value: (await stage.writes()) - writes },
      { benchmark, metric: 'requests', unit: '', value: (await stage.requests()) - requests },
    ];
  } finally {
    await stage.close();
  }
}

/** Resolves once the ConfigMap of the first app is as the commit has it. */
async function untilChanged(stage: Stage): Promise<void> {
  const namespace = namespaceOf(stage.prefix, 0);
  const hold = stage.cache.hold({ group: '', kind: 'ConfigMap' });
  await hold.synced;
  await new Promise<void>((resolve) => {
    const unsubscribe = stage.cache.subscribe(({ entry, object }) => {
      if (entry.ref.kind !== 'ConfigMap' || entry.ref.namespace !== namespace || entry.ref.name !== appName(0)) return;
      if (getPath(object, 'data', 'LEVEL') !== 'debug') return;
      unsubscribe();
      resolve();
    });
  });
  hold.release();
}

/** What a webhook does: the source is looked at, or every Application that the repository feeds. */
async function push(stage: Stage, dialect: 'argo' | 'flux'): Promise<void> {
  const annotate = (ref: Parameters<Stage['client']['patch']>[0], key: string, value: string): Promise<unknown> =>
    stage.client.patch(
      ref,
      { kind: 'merge', patch: { metadata: { annotations: { [key]: value } } } },
      { fieldManager: 'capstan-bench' },
    );
  if (dialect === 'flux') {
    const source = { group: 'source.toolkit.fluxcd.io', version: 'v1', kind: 'GitRepository' };
    const ref = { ...source, namespace: stage.prefix, name: 'repository' };
    await annotate(ref, 'reconcile.fluxcd.io/requestedAt', 'commit');
    return;
  }
  const indexes = Array.from({ length: APPS }, (_, index) => index);
  await inLanes(indexes, 16, (index) =>
    annotate(
      { ...kindOf('argo'), namespace: 'argocd', name: `${stage.prefix}-${index}` },
      'argocd.argoproj.io/refresh',
      'normal',
    ),
  );
}
