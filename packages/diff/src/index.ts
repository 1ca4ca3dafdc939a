export type { Cause, Change, ChangeSet, Difference, Strategy, Verdict } from './change-set.ts';
export { differencesBetween, type ValueDifference } from './differences.ts';
export { ownsByUpdate, planTakeover, type PlannedTakeover, type Takeover, type TakenManager } from './takeover.ts';
export { clientSideDifferences, comparable, planClientSide, type ClientSidePlan } from './client-side.ts';
export { predictServerSide, type ServerSidePrediction, type ServerSideRules } from './server-side.ts';
export { withoutForeignChanges, withoutOwnedAncestors } from './foreign-changes.ts';
export { onlyGivenFields, withMissingFields } from './given-fields.ts';
export { hideSecretData, type HiddenSecrets } from './hide-secret-data.ts';
export { normalize, remarshal, withoutNamespace, type NormalizeRules } from './normalize.ts';
export { isSecret, normalizeSecret } from './normalize-secret.ts';
export { answeredSides, clientSideSides, serverSideSides, type DiffSides, type SideRules } from './sides.ts';
export {
  IgnoreRules,
  withoutFields,
  type Deletion,
  type IgnoredFields,
  type IgnoreRule,
  type RuleLanguages,
} from './ignore/ignore-rules.ts';
export { withoutIgnored, type ComparedPair } from './ignore/without-ignored.ts';
export { keepDrifted, type DriftedObject } from './ignore/keep-drifted.ts';
export { keepIgnored } from './ignore/keep-ignored.ts';
export { schemaName, withKnownTypes, type KnownTypeField, type SchemaByName } from './known-types.ts';
