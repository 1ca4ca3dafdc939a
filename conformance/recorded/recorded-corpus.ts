import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Corpus, Environment } from '../corpus.ts';
import { failed, passed, skipped } from '../expect.ts';
import { formatReports, isMatched, needsOf, replay, REPLAY_SLACK } from './replay.ts';
import { readScenario } from './scenario.ts';
import { openStage, type Stage, type StartControllers } from './stage.ts';

/** Scenarios that are replayed side by side: most of their time they wait. */
const SIDE_BY_SIDE = 12;

/** The corpus of a folder of recorded scenarios: `recorded-FOLDER`. Its scenarios share one stage. */
export function recordedCorpus(environment: Environment, folder: string, start: StartControllers): Corpus {
  const directory = join(environment.recordedDir, folder);
  let stage: Promise<Stage> | undefined;
  let steps = 0;
  let matched = 0;
  return {
    name: `recorded-${folder}`,
    sideBySide: SIDE_BY_SIDE,
    slack: REPLAY_SLACK,
    cases: () => {
      if (!existsSync(directory)) return undefined;
      const files = readdirSync(directory).filter((file) => file.endsWith('.yaml'));
      return files.sort().map((file) => ({ name: file.slice(0, -'.yaml'.length), input: join(directory, file) }));
    },
    run: async (file) => {
      const scenario = readScenario(String(file));
      const needs = needsOf(scenario);
      if (needs !== undefined) return skipped(needs);
      stage ??= openStage(environment, start);
      const reports = await replay(await stage, scenario);
      steps += scenario.steps.length;
      matched += reports.filter(isMatched).length;
      return reports.every(isMatched) ? passed : failed(formatReports(reports));
    },
    close: async () => {
      if (steps > 0) process.stdout.write(`recorded-${folder}: ${matched} of ${steps} steps matched\n`);
      await (await stage)?.close();
    },
  };
}
