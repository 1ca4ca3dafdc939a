import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '@capstan/errors';
import { startGitHost, type GitHost } from '@capstan/source';
import { startFaultProxy, type FaultProxy } from '@capstan/testkit';
import { ClusterView } from './cluster-view.ts';
import { startControllers, type ControllersProcess } from './controllers-process.ts';
import { textAt } from './fields.ts';
import type { Dialect, Scenario } from './scenario.ts';
import type { Target } from './target.ts';
import { createWorld, type World } from './world.ts';

/** How a scenario came out. */
export type Outcome =
  | { readonly kind: 'passed'; readonly seconds: number }
  | { readonly kind: 'failed'; readonly seconds: number; readonly error: string }
  | { readonly kind: 'skipped'; readonly needs: readonly string[] };

/** How scenarios are run. */
export interface RunOptions {
  readonly target: Target;
  readonly scenarios: readonly Scenario[];
  /** Shared scenarios at a time. */
  readonly concurrency: number;
  readonly verbose: boolean;
  /** How often as long as usual a scenario waits for what must happen; once when absent. */
  readonly patience?: number;
  readonly report: (scenario: Scenario, outcome: Outcome) => void;
}

/** What all scenarios of a run share. */
interface House {
  readonly options: RunOptions;
  readonly folder: string;
  readonly host: GitHost;
  readonly view: ClusterView;
  played: number;
  readonly run: string;
}

/** Where scenarios are played beside each other or one after the other: a proxy, and controllers behind it. */
interface Stage extends Readonly<Pick<House, 'options' | 'folder' | 'host' | 'view' | 'run'>> {
  readonly house: House;
  readonly faults: FaultProxy;
  /** The one dialect whose controllers run here; both when absent. */
  readonly dialect: Dialect | undefined;
  /** Controllers that run now: the shared ones, or a lonely scenario's. */
  running: ControllersProcess | undefined;
}

/** How long a scenario waits for one thing. */
const STEP_MS = 60_000;
/** A scenario that a fault of its own keeps open ends here. */
const SCENARIO_MS = 240_000;

/**
 * Runs scenarios on a target: the shared ones side by side on one controllers process, then the lonely ones of each
 * dialect one after the other, the two dialects side by side.
 */
export async function runScenarios(options: RunOptions): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'capstan-e2e-git-'));
  const house: House = {
    options,
    folder,
    host: await startGitHost({ root: folder, port: 0 }),
    view: new ClusterView(options.target.kube.client(), undefined, STEP_MS * (options.patience ?? 1)),
    played: 0,
    run: randomBytes(3).toString('hex'),
  };
  const of = (mode: Scenario['mode']): readonly Scenario[] =>
    options.scenarios.filter((scenario) => scenario.mode === mode);
  try {
    await ensureNamespaces(house.view);
    const shared = of('shared');
    if (shared.length > 0)
      await onStage(house, undefined, async (stage) => {
        stage.running = await start(stage);
        await inLanes(shared, options.concurrency, (scenario) => play(stage, scenario));
        await stage.running.stop();
        stage.running = undefined;
      });
    const dialects = [...new Set(of('alone').map(({ dialect }) => dialect))];
    await Promise.all(
      dialects.map((dialect) =>
        onStage(house, dialect, async (stage) => {
          const lonely = of('alone').filter((scenario) => scenario.dialect === dialect);
          for (const scenario of lonely) await play(stage, scenario);
        }),
      ),
    );
  } finally {
    await house.view.close();
    await house.host.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function onStage(
  house: House,
  dialect: Dialect | undefined,
  play: (stage: Stage) => Promise<void>,
): Promise<void> {
  const faults = await startFaultProxy({ kubeconfig: house.options.target.kubeconfigPath });
  const { options, folder, host, view, run } = house;
  const stage: Stage = { house, options, folder, host, view, run, faults, dialect, running: undefined };
  try {
    await play(stage);
  } finally {
    await stage.running?.kill();
    await faults.close();
  }
}

/** Controllers behind the fault proxy: rules of a scenario match its own namespaces, so that others see no fault. */
function start(
  stage: Stage,
  flags: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<ControllersProcess> {
  return startControllers(stage.faults.kubeconfig, {
    flags,
    env,
    verbose: stage.options.verbose,
    ...(stage.dialect === undefined ? {} : { dialect: stage.dialect }),
  });
}

async function play(stage: Stage, scenario: Scenario): Promise<void> {
  const { target, report } = stage.options;
  const missing = scenario.needs.filter((need) => !target.offers.has(need));
  if (missing.length > 0) {
    report(scenario, { kind: 'skipped', needs: missing });
    return;
  }
  const begun = performance.now();
  const seconds = (): number => (performance.now() - begun) / 1000;
  const namespace = `e2e-${stage.run}-${stage.house.played++}`;
  const world = await createWorld({
    target,
    view: stage.view,
    folder: stage.folder,
    gitUrl: stage.host.url,
    namespace,
    faults: stage.faults,
    controllers: () => stage.running,
    start: async (flags, env) => (stage.running = await start(stage, flags, env)),
  });
  try {
    await within(SCENARIO_MS * (stage.options.patience ?? 1), scenario.run(world));
    report(scenario, { kind: 'passed', seconds: seconds() });
  } catch (error) {
    const seen = await circumstances(stage, world).catch((failure: unknown) => messageOf(failure));
    report(scenario, { kind: 'failed', seconds: seconds(), error: `${messageOf(error)}\n${seen}` });
  } finally {
    if (scenario.mode === 'alone') stage.faults.rules.clear();
    await world.clean();
    if (scenario.mode === 'alone') {
      await stage.running?.kill();
      stage.running = undefined;
    }
  }
}

/** What the controllers logged and which events they wrote about a scenario. */
async function circumstances(stage: Stage, world: World): Promise<string> {
  const kind = { group: '', version: 'v1', kind: 'Event' };
  const places = [world.namespace, `${world.namespace}-flux`, 'argocd'];
  const lists = await Promise.all(places.map((namespace) => stage.view.client.listAll(kind, { namespace })));
  const events = lists
    .flatMap((list) => list.items)
    .filter(
      (event) =>
        ['Kustomization', 'GitRepository', 'Application'].includes(textAt(event, 'involvedObject', 'kind')) &&
        textAt(event, 'involvedObject', 'name').startsWith(world.namespace),
    )
    .map((event) => `event ${textAt(event, 'reason')}: ${textAt(event, 'message')}`.slice(0, 400));
  const log = stage.running?.logOf(world.namespace) ?? [];
  return [...events.slice(-8), ...log.map((line) => line.slice(0, 600))].map((line) => `      ${line}`).join('\n');
}

async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${milliseconds / 1000} s`)), milliseconds);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function ensureNamespaces(view: ClusterView): Promise<void> {
  const options = { fieldManager: 'capstan-e2e', force: true };
  for (const name of ['argocd', 'flux-system'])
    await view.client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, options);
  const spec = {
    sourceRepos: ['*'],
    destinations: [{ namespace: '*', server: '*' }],
    clusterResourceWhitelist: [{ group: '*', kind: '*' }],
  };
  const metadata = { name: 'default', namespace: 'argocd' };
  await view.client.apply({ apiVersion: 'argoproj.io/v1alpha1', kind: 'AppProject', metadata, spec }, options);
}

async function inLanes<Item>(items: readonly Item[], lanes: number, run: (item: Item) => Promise<void>): Promise<void> {
  const queue = [...items];
  const lane = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await run(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
