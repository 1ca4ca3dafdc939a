import { after, before, describe, it } from 'node:test';
import { allScenarios } from './all-scenarios.ts';
import { runScenarios, type Outcome } from './run-scenarios.ts';
import type { Scenario } from './scenario.ts';
import { startSandboxTarget, type Target } from './target.ts';

/** Scenarios at a time. */
const LANES = 4;

describe('on the sandbox', { concurrency: true }, () => {
  const outcomes = new Map(allScenarios.map((scenario) => [scenario, Promise.withResolvers<Outcome>()] as const));
  let target: Target | undefined;
  let run: Promise<void> = Promise.resolve();

  before(async () => {
    target = await startSandboxTarget();
    run = runScenarios({
      target,
      scenarios: allScenarios,
      concurrency: LANES,
      verbose: false,
      report: (scenario, outcome) => outcomes.get(scenario)?.resolve(outcome),
    }).catch((error: unknown) => {
      for (const { reject } of outcomes.values()) reject(error);
    });
  });

  after(async () => {
    await run;
    await target?.close();
  });

  const test = (scenario: Scenario, outcome: Promise<Outcome>): void => {
    it(scenario.name, async (context) => {
      const seen = await outcome;
      if (seen.kind === 'skipped') context.skip(`needs ${seen.needs.join(', ')}`);
      if (seen.kind === 'failed') throw new Error(seen.error);
    });
  };
  for (const [scenario, { promise }] of outcomes) test(scenario, promise);
});
