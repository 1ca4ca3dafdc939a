// The pure rules of an Argo CD sync: hooks, waves, order. Nothing here reads a cluster.
export { annotationOption, annotationValues, hasAnnotationValue } from './annotations.ts';
export type { ManagedObject } from './compare/comparison.ts';
export {
  helmDeletePolicies,
  helmDeletePolicy,
  helmHookType,
  helmHookTypes,
  helmWeight,
  isHelmHook,
} from './helm-hooks.ts';
export {
  deletePolicies,
  hookSpec,
  hookTypes,
  isDeletePolicy,
  isHook,
  isHookType,
  isIgnored,
  isSkipped,
  syncPhases,
  waveOf,
  type HookType,
  type SyncPhase,
} from './hooks.ts';
export { compareTasks, placeOfKind, reversePrunes, sortTasks, type OrderedTask } from './operation/order.ts';
export { planSync, type SyncInput, type SyncPlan } from './operation/plan.ts';
export { isServerSide, SyncOptions } from './sync-options.ts';
