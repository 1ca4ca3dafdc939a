import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '@capstan/errors';
import type { ApiRequest } from '@capstan/testkit';
import type { Corpus, Environment } from '../corpus.ts';
import { failed, passed } from '../expect.ts';
import { canBeAdopted, leaveBehind, troubles, type Adopted } from './adopt.ts';
import { liveText } from './observe.ts';
import { needsOf, REPLAY_SLACK } from './replay.ts';
import { readScenario, type Scenario } from './scenario.ts';
import { openStage, type Stage, type StartControllers } from './stage.ts';

const LOOK_AGAIN_MS = 200;
const QUIET_MS = 3_000;
/** Hundreds of starts of git take their time where others work, too. */
const PATIENCE_MS = 400_000;

/** A cluster that has been taken over. */
export interface Taken {
  readonly stage: Stage;
  readonly adopted: ReadonlyMap<string, Adopted | Error>;
  readonly requests: readonly ApiRequest[];
}

/**
 * Clusters that upstream's controllers have run, taken over in place: `adopted-FOLDER`. The last state of each recorded
 * scenario is put into the cluster, then Capstan starts beside it. Nothing may be written to what upstream has applied,
 * and the owners' statuses stay as they are.
 */
export function adoptedCorpus(environment: Environment, folder: string, start: StartControllers): Corpus {
  const directory = join(environment.recordedDir, folder);
  let taken: Promise<Taken> | undefined;
  return {
    name: `adopted-${folder}`,
    slack: REPLAY_SLACK,
    cases: () => {
      if (!existsSync(directory)) return undefined;
      return [...adoptable(directory).keys()].map((name) => ({ name, input: name }));
    },
    run: async (name) => {
      taken ??= takeOver(environment, start, [...adoptable(directory).values()]);
      const { stage, adopted, requests } = await taken;
      const one = adopted.get(String(name));
      if (one === undefined || one instanceof Error) return failed(`not put into the cluster: ${one?.message ?? ''}`);
      const found = await troubles(stage.client, one, requests);
      return found.length === 0 ? passed : failed(found.join('\n'));
    },
    close: async () => {
      await (await taken)?.stage.close();
    },
  };
}

/** The scenarios of a folder that can be taken over, by name. */
export function adoptable(directory: string): ReadonlyMap<string, Scenario> {
  const files = readdirSync(directory).filter((file) => file.endsWith('.yaml'));
  const scenarios = files.sort().map((file) => readScenario(join(directory, file)));
  return new Map(
    scenarios
      .filter((scenario) => needsOf(scenario) === undefined && canBeAdopted(scenario))
      .map((scenario) => [scenario.name, scenario]),
  );
}

/** Puts what scenarios have left into a cluster, and starts Capstan beside it. */
export async function takeOver(
  environment: Environment,
  start: StartControllers,
  scenarios: readonly Scenario[],
): Promise<Taken> {
  const adopted = new Map<string, Adopted | Error>();
  const requests: ApiRequest[] = [];
  const stage = await openStage(environment, start, {
    onRequest: (request) => requests.push(request),
    prepare: async (empty) => {
      for (const scenario of scenarios) {
        const left = leaveBehind(empty, scenario).catch((error: unknown) => new Error(messageOf(error)));
        adopted.set(scenario.name, await left);
      }
      await untilQuiet(() => workloads(empty.client));
    },
  });
  await untilQuiet(() => Promise.resolve(stage.isBusy(() => true) ? `busy ${Date.now()}` : String(requests.length)));
  return { stage, adopted, requests };
}

/** What the cluster's own controllers have come to. */
async function workloads(client: Stage['client']): Promise<string> {
  const kinds = [
    { group: 'apps', version: 'v1', kind: 'Deployment' },
    { group: 'batch', version: 'v1', kind: 'Job' },
  ];
  const lists = await Promise.all(kinds.map((kind) => client.listAll(kind)));
  return lists.flatMap(({ items }) => items.map((item) => liveText(item, 'metadata', 'resourceVersion'))).join();
}

async function untilQuiet(look: () => Promise<string>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  let seen = await look();
  let since = Date.now();
  while (Date.now() - since < QUIET_MS && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    const now = await look();
    if (now !== seen) since = Date.now();
    seen = now;
  }
}
