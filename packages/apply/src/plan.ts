import type { ApplyTask, TaskResult } from './task.ts';

/** How carefully a plan is tried out before it writes. */
export type DryRun =
  /** Everything is dry-run once before the first write; one refusal stops the operation (Argo CD's way). */
  | 'whole-plan'
  /** Each step is dry-run before it is written; one refusal stops the step with nothing of it written (Flux's way). */
  | 'each-step'
  | 'none';

/** What a step waits for before the next one begins. */
export type Gate =
  /** Nothing: written is enough. */
  | 'written'
  /** Its hooks only: an operation of one step does not wait for the health of what it applied. */
  | 'hooks'
  /** Every object of the step is healthy, every hook completed, every deletion done. */
  | 'settled';

/**
 * What an operation will do, in order. Steps are runs of tasks with the same phase and wave. The plan is derived anew
 * at each turn from Git and the live objects; only `TaskResult`s are kept.
 */
export interface ApplyPlan {
  readonly steps: readonly PlanStep[];
  readonly dryRun: DryRun;
  /** Run when a step has failed, before the operation ends as failed (hooks for failure). */
  readonly onFailure: readonly ApplyTask[];
  /** Tasks that must run before the dry-run, because what is dry-run lives in them (the operation's own namespace). */
  readonly beforeDryRun: readonly ApplyTask[];
  /** Whether a person has approved the deletions that need it. */
  readonly deletionApproved: boolean;
}

/** Tasks with one phase and wave, in the order in which they are written; those of one kind go out together. */
export interface PlanStep {
  readonly phase: string;
  readonly wave: number;
  readonly tasks: readonly ApplyTask[];
  readonly gate: Gate;
}

/** All that has been recorded of an operation: results by task id, and whether the dry-run is behind it. */
export interface Recorded {
  readonly results: ReadonlyMap<string, TaskResult>;
  readonly dryRunPassed: boolean;
}

/**
 * Groups ordered tasks into steps. An earlier step must settle before the next begins; the last one is done once it is
 * written, unless it holds hooks, which must complete.
 */
export function stepsOf(tasks: readonly ApplyTask[]): readonly PlanStep[] {
  const steps: { phase: string; wave: number; tasks: ApplyTask[] }[] = [];
  for (const task of tasks) {
    const last = steps.at(-1);
    if (last !== undefined && last.phase === task.phase && last.wave === task.wave) last.tasks.push(task);
    else steps.push({ phase: task.phase, wave: task.wave, tasks: [task] });
  }
  const gateOf = (step: { readonly tasks: readonly ApplyTask[] }, index: number): Gate => {
    if (index < steps.length - 1) return 'settled';
    if (!step.tasks.some((task) => task.hook !== undefined)) return 'written';
    return steps.length > 1 ? 'settled' : 'hooks';
  };
  return steps.map((step, index) => ({ ...step, gate: gateOf(step, index) }));
}
