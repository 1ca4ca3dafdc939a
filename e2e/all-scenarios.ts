import type { Scenario } from './scenario.ts';
import { brokenContentScenarios } from './scenarios/broken-content.ts';
import { brokenSourceScenarios } from './scenarios/broken-sources.ts';
import { lifeCycleScenarios } from './scenarios/life-cycle.ts';
import { commitScenarios } from './scenarios/commits.ts';
import { driftScenarios } from './scenarios/drift.ts';
import { otherWriterScenarios } from './scenarios/other-writers.ts';
import { pruningScenarios } from './scenarios/pruning.ts';

/** Every scenario, in the order in which they are told. */
export const allScenarios: readonly Scenario[] = [
  ...commitScenarios,
  ...driftScenarios,
  ...otherWriterScenarios,
  ...pruningScenarios,
  ...brokenContentScenarios,
  ...brokenSourceScenarios,
  ...lifeCycleScenarios,
];
