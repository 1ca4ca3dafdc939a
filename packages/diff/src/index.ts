export type { Cause, Change, ChangeSet, Difference, Strategy, Verdict } from './change-set.ts';
export { differencesBetween, type ValueDifference } from './differences.ts';
export { ownsByUpdate, planTakeover, type PlannedTakeover, type Takeover, type TakenManager } from './takeover.ts';
export { clientSideDifferences, comparable, planClientSide, type ClientSidePlan } from './client-side.ts';
export { predictServerSide, type ServerSidePrediction, type ServerSideRules } from './server-side.ts';
