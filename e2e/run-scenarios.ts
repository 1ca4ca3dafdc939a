import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '@capstan/errors';
import { startGitHost } from '@capstan/source';
import { ClusterView } from './cluster-view.ts';
import { startControllers } from './controllers-process.ts';
import type { Scenario } from './scenario.ts';
import type { Target } from './target.ts';
import { createWorld } from './world.ts';

/** How a scenario came out. */
export type Outcome =
  | { readonly kind: 'passed'; readonly seconds: number }
  | { readonly kind: 'failed'; readonly error: string }
  | { readonly kind: 'skipped'; readonly needs: readonly string[] };

/** How scenarios are run. */
export interface RunOptions {
  readonly target: Target;
  readonly scenarios: readonly Scenario[];
  /** Shared scenarios at a time. */
  readonly concurrency: number;
  readonly verbose: boolean;
  readonly report: (scenario: Scenario, outcome: Outcome) => void;
}

/** Runs scenarios on a target: the shared ones side by side on one controllers process, then each lonely one by itself. */
export async function runScenarios(options: RunOptions): Promise<void> {
  const { target } = options;
  const folder = await mkdtemp(join(tmpdir(), 'capstan-e2e-git-'));
  const host = await startGitHost({ root: folder, port: 0 });
  const view = new ClusterView(target.kube.client());
  await ensureNamespaces(view);
  let index = 0;
  const base = Date.now() % 100_000_000;
  const play = async (scenario: Scenario): Promise<void> => {
    const missing = scenario.needs.filter((need) => !target.offers.has(need));
    if (missing.length > 0) {
      options.report(scenario, { kind: 'skipped', needs: missing });
      return;
    }
    const begun = performance.now();
    const start = (startOptions: { readonly kubeconfig?: string }) =>
      startControllers(startOptions.kubeconfig ?? target.kubeconfigPath, { verbose: options.verbose });
    try {
      await scenario.run(await createWorld({ target, view, folder, gitUrl: host.url, index: base + index++, start }));
      options.report(scenario, { kind: 'passed', seconds: (performance.now() - begun) / 1000 });
    } catch (error) {
      options.report(scenario, { kind: 'failed', error: messageOf(error) });
    }
  };
  try {
    const shared = options.scenarios.filter((scenario) => scenario.mode === 'shared');
    if (shared.length > 0) {
      const controllers = await startControllers(target.kubeconfigPath, { verbose: options.verbose });
      await inLanes(shared, options.concurrency, play);
      await controllers.stop();
    }
    await inLanes(
      options.scenarios.filter((scenario) => scenario.mode === 'alone'),
      1,
      play,
    );
  } finally {
    await view.close();
    await host.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function ensureNamespaces(view: ClusterView): Promise<void> {
  for (const name of ['argocd', 'flux-system'])
    await view.client.apply(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
      { fieldManager: 'capstan-e2e', force: true },
    );
  await view.client.apply(
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AppProject',
      metadata: { name: 'default', namespace: 'argocd' },
      spec: {
        sourceRepos: ['*'],
        destinations: [{ namespace: '*', server: '*' }],
        clusterResourceWhitelist: [{ group: '*', kind: '*' }],
      },
    },
    { fieldManager: 'capstan-e2e', force: true },
  );
}

async function inLanes<Item>(items: readonly Item[], lanes: number, run: (item: Item) => Promise<void>): Promise<void> {
  const queue = [...items];
  const lane = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await run(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
