import type { Scenario } from './scenario.ts';
import { commitScenarios } from './scenarios/commits.ts';

/** Every scenario, in the order in which they are told. */
export const allScenarios: readonly Scenario[] = [...commitScenarios];
