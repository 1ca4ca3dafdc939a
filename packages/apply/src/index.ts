export { pruneVerdict, type PruneGuards, type PruneVerdict } from './prune.ts';
export { next, type DoneReason, type Next, type ResultUpdate, type Turn, type WaitReason } from './next.ts';
export { stepsOf, type ApplyPlan, type DryRun, type Gate, type PlanStep, type Recorded } from './plan.ts';
export type { ApplyTask, HookDeletePolicy, HookSpec, Observation, TaskAction, TaskResult } from './task.ts';
export { applyClientSide } from './write/client-side.ts';
export { isImmutableRefusal } from './write/immutable.ts';
export type { WriteContext, WriteOutcome } from './write/outcome.ts';
export { createOnly, deleteObject, replaceObject } from './write/replace.ts';
export { applyServerSide } from './write/server-side.ts';
