import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { getPath, refOf, type JsonObject, type KubernetesObject } from '@capstan/object';
import type { Corpus, Environment } from '../corpus.ts';
import { failed, passed } from '../expect.ts';
import { adoptable, takeOver, type Taken } from './adopted-corpus.ts';
import { liveText, observe, scopeOf, signatureOf, type Observed } from './observe.ts';
import { withOwnHost } from './repositories.ts';
import { foreignTraces, tracesOf, type Traces } from './returned.ts';
import { REPLAY_SLACK } from './replay.ts';
import type { Scenario } from './scenario.ts';
import type { StartControllers } from './stage.ts';

/** Scenarios that share a cluster, and are worked on side by side. */
const TOGETHER = 9;
const LOOK_AGAIN_MS = 200;
const QUIET_MS = 3_000;
const PATIENCE_MS = 200_000;
const BY = { fieldManager: 'kubectl-patch' } as const;

/**
 * Clusters that Capstan has taken over from upstream and worked on, as upstream would find them again:
 * `returned-FOLDER`. What each recorded scenario has left is taken over; then a commit changes it, and a sync is asked
 * for. All that the objects hold afterwards must be what upstream's controllers leave there, too.
 */
export function returnedCorpus(environment: Environment, folder: string, start: StartControllers): Corpus {
  const directory = join(environment.recordedDir, folder);
  const known = new Map<string, Scenario>();
  const read = (): ReadonlyMap<string, Scenario> => {
    if (known.size === 0) for (const [name, scenario] of adoptable(directory)) known.set(name, scenario);
    return known;
  };
  const clusters = new Map<number, Cluster>();
  /** The cluster of a scenario: it is shared with its neighbours. */
  const clusterOf = (name: string): Cluster => {
    const scenarios = [...read().values()];
    const index = Math.floor(scenarios.findIndex((scenario) => scenario.name === name) / TOGETHER);
    const own = scenarios.slice(index * TOGETHER, (index + 1) * TOGETHER);
    const cluster = clusters.get(index) ?? { taken: takeOver(environment, start, own), left: own.length };
    clusters.set(index, cluster);
    return cluster;
  };
  return {
    name: `returned-${folder}`,
    sideBySide: TOGETHER,
    slack: REPLAY_SLACK,
    cases: () => {
      if (!existsSync(directory)) return undefined;
      return [...read().keys()].map((name) => ({ name, input: name }));
    },
    run: async (input) => {
      const scenario = read().get(String(input));
      if (scenario === undefined) return failed(`there is no scenario ${String(input)}`);
      const cluster = clusterOf(scenario.name);
      const found = await traced(await cluster.taken, scenario, tracesOf([...read().values()]));
      cluster.left -= 1;
      if (cluster.left === 0) await (await cluster.taken).stage.close();
      return found.length === 0 ? passed : failed(found.join('\n'));
    },
    close: async () => {
      for (const { taken, left } of clusters.values()) if (left > 0) await (await taken).stage.close();
    },
  };
}

/** A cluster that some scenarios share, and how many of them are not through yet. */
interface Cluster {
  readonly taken: Promise<Taken>;
  left: number;
}

/** Changes what a scenario has left, and tells what stands there afterwards that upstream does not leave. */
async function traced(taken: Taken, scenario: Scenario, traces: Traces): Promise<readonly string[]> {
  const one = taken.adopted.get(scenario.name);
  if (one === undefined || one instanceof Error) return [`not put into the cluster: ${one?.message ?? ''}`];
  const commit = await change(taken, scenario);
  const { gitops, managed } = await atRest(taken, scenario);
  return [
    ...gitops.flatMap((object) => laggards(object, commit)),
    ...[...gitops, ...managed].flatMap((object) => foreignTraces(object, traces)),
  ];
}

/** Commits a change to all that the scenario has in Git, and asks for it as people do. Returns the commit. */
async function change({ stage }: Taken, scenario: Scenario): Promise<string> {
  const files = new Map<string, string>();
  const last = scenario.repository.findLast((commit) => commit.repository === undefined);
  for (const commit of scenario.repository) {
    if (commit.repository !== undefined || commit.branch !== last?.branch) continue;
    for (const [path, text] of Object.entries(commit.files ?? {}))
      if (text === null) files.delete(path);
      else files.set(path, withOwnHost(text, scenario.name));
  }
  const changed = [...files].map(([path, text]) => [path, text.replaceAll(/\b(LEVEL: )\w+/g, '$1returned')] as const);
  const made = {
    commit: '<returned>',
    message: 'a change',
    ...(last?.branch === undefined ? {} : { branch: last.branch }),
  };
  const content = { ...Object.fromEntries(changed), RETURNED: 'changed\n' };
  const hash = await stage.git.commit(scenario.name, made, content);
  for (const object of (await observe(stage.client, scopeOf(scenario))).gitops) await ask(stage.client, object);
  return hash;
}

async function ask(client: Taken['stage']['client'], object: KubernetesObject): Promise<void> {
  const annotate = (annotations: JsonObject, rest: JsonObject = {}) =>
    client.patch(refOf(object), { kind: 'merge', patch: { metadata: { annotations }, ...rest } }, BY);
  if (object.kind === 'Application') {
    const isManual = getPath(object, 'spec', 'syncPolicy', 'automated') === undefined;
    const operation = { initiatedBy: { username: 'admin' }, sync: { revision: '' } };
    await annotate({ 'argocd.argoproj.io/refresh': 'normal' }, isManual ? { operation } : {});
  }
  if (object.kind === 'GitRepository' || object.kind === 'Kustomization')
    await annotate({ 'reconcile.fluxcd.io/requestedAt': '2026-11-26T10:00:00Z' });
}

/** The scenario's objects once nothing happens to them any more. */
async function atRest({ stage }: Taken, scenario: Scenario): Promise<Observed> {
  const scope = scopeOf(scenario);
  const isOwn = (key: string): boolean => {
    const [namespace = '', name = ''] = key.split('/');
    return scope.gitopsNamespaces.includes(namespace) && (scope.names === undefined || scope.names.has(name));
  };
  const deadline = Date.now() + PATIENCE_MS;
  let seen = await observe(stage.client, scope);
  let since = Date.now();
  while (Date.now() - since < QUIET_MS && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    const now = await observe(stage.client, scope);
    if (signatureOf(now) !== signatureOf(seen) || stage.isBusy(isOwn)) since = Date.now();
    seen = now;
  }
  return seen;
}

/** What does not stand at the change, though it should: then nothing would be shown of what Capstan leaves. */
function laggards(object: KubernetesObject, commit: string): readonly string[] {
  const subject = `${object.kind}/${refOf(object).name}`;
  const at =
    object.kind === 'Application'
      ? [liveText(object, 'status', 'sync', 'revision')]
      : liveText(object, 'spec', 'url').endsWith('/repo.git')
        ? [liveText(object, 'status', 'artifact', 'revision')]
        : [];
  // What is suspended follows no commit.
  const follows = getPath(object, 'spec', 'suspend') !== true;
  return at
    .filter((revision) => revision.endsWith(commit) !== follows)
    .map((revision) => `${subject} stands at ${revision}`);
}
