export { argoHealth, builtInHealth, engineHealth, pendingDeletionHealth } from './argo-health.ts';
export {
  healthCodes,
  healthSeverity,
  type HealthCode,
  type HealthStatus,
  type Kstatus,
  type KstatusCode,
} from './health-status.ts';
export { kstatusOf } from './kstatus.ts';
export type { KstatusResult, StandardCondition } from './kstatus/result.ts';
export { withStandardConditions } from './standard-conditions.ts';
export {
  discoverBuiltInActions,
  kindsWithActions,
  runBuiltInAction,
  type ActionInput,
  type ActionOperation,
  type ResourceAction,
} from './actions/index.ts';
