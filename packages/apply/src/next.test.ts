import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { next, type Next } from './next.ts';
import { stepsOf, type ApplyPlan } from './plan.ts';
import type { ApplyTask, Observation, TaskResult } from './task.ts';

function task(
  id: string,
  options: { phase?: string; wave?: number; hook?: ApplyTask['hook']; kind?: 'apply' | 'delete' } = {},
): ApplyTask {
  const ref = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'shop', name: id };
  const base = { id, ref, phase: options.phase ?? 'Sync', wave: options.wave ?? 0 };
  const action: ApplyTask['action'] =
    options.kind === 'delete'
      ? { kind: 'delete', propagation: 'Foreground', needsApproval: false }
      : {
          kind: 'apply',
          strategy: 'client-side',
          force: false,
          validate: true,
          skipDryRun: false,
          desired: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: id } },
        };
  return options.hook === undefined ? { ...base, action } : { ...base, action, hook: options.hook };
}

const plan = (tasks: readonly ApplyTask[], rest: Partial<ApplyPlan> = {}): ApplyPlan => ({
  steps: stepsOf(tasks),
  dryRun: 'none',
  onFailure: [],
  beforeDryRun: [],
  deletionApproved: false,
  ...rest,
});
const state = (name: Exclude<Observation['state'], 'absent'>, message = ''): Observation => ({
  state: name,
  message,
  deleting: false,
});

/** Plays a plan to its end: every batch succeeds unless `fails` names the task; returns what was done, in words. */
function play(
  aPlan: ApplyPlan,
  observe: (task: ApplyTask) => Observation,
  fails: readonly string[] = [],
): readonly string[] {
  const results = new Map<string, TaskResult>();
  let dryRunPassed = false;
  const log: string[] = [];
  for (let turn = 0; turn < 20; turn++) {
    const { updates, next: step } = next(aPlan, { results, dryRunPassed }, observe);
    for (const update of updates) results.set(update.task.id, update.result);
    log.push(describeStep(step));
    if (step.kind !== 'batch') return log;
    for (const each of step.tasks) {
      const failed = fails.includes(each.id);
      if (step.mode === 'dry-run' && !failed) continue;
      const removes = each.action.kind === 'delete';
      results.set(
        each.id,
        failed
          ? { status: 'failed', phase: 'failed', message: 'refused' }
          : { status: removes ? 'pruned' : 'synced', phase: removes ? 'succeeded' : 'running', message: 'created' },
      );
    }
    if (step.mode === 'dry-run') dryRunPassed = !step.tasks.some((each) => fails.includes(each.id));
  }
  return log;
}

function describeStep(step: Next): string {
  const names = (tasks: readonly ApplyTask[]): string => tasks.map((each) => each.id).join(' ');
  switch (step.kind) {
    case 'batch':
      return `${step.mode} ${names(step.tasks)}`;
    case 'clear':
      return `clear ${names(step.tasks)}`;
    case 'waiting':
      return `wait for ${step.for} of ${names(step.tasks)}`;
    case 'done':
      return `${step.outcome}: ${step.reason}`;
  }
}

describe('what an operation does next', () => {
  it('is done once everything is written, where there are neither waves nor hooks', () => {
    assert.deepEqual(
      play(plan([task('a'), task('b')]), () => state('progressing')),
      ['write a b', 'succeeded: all-run'],
    );
  });

  it('waits for the health of a wave before the next', () => {
    const waves = plan([task('a', { wave: 0 }), task('b', { wave: 1 })]);
    assert.deepEqual(
      play(waves, () => state('progressing')),
      ['write a', 'wait for health of a'],
    );
    assert.deepEqual(
      play(waves, () => state('healthy')),
      ['write a', 'write b', 'succeeded: all-run'],
    );
  });

  it('waits for hooks, but in a single step not for the health beside them', () => {
    const hook = { type: 'Sync', deletePolicies: [] };
    const mixed = plan([task('job', { hook }), task('web')]);
    assert.deepEqual(
      play(mixed, (each) => state(each.id === 'job' ? 'healthy' : 'progressing')),
      ['write job web', 'succeeded: nothing-left'],
    );
    assert.deepEqual(
      play(mixed, () => state('progressing')),
      ['write job web', 'wait for hooks of job'],
    );
  });

  it('dry-runs everything first, and stops there when one is refused', () => {
    const careful = plan([task('a'), task('b', { wave: 1 })], { dryRun: 'whole-plan' });
    assert.deepEqual(
      play(careful, () => state('healthy'), ['b']),
      ['dry-run a b', 'failed: dry-run-failed'],
    );
  });

  it('stops at the first failing wave and runs what is for failures', () => {
    const failing = plan([task('a'), task('b', { wave: 1 })], {
      onFailure: [task('alarm', { phase: 'SyncFail', hook: { type: 'SyncFail', deletePolicies: [] } })],
    });
    assert.deepEqual(
      play(failing, () => state('healthy'), ['a']),
      ['write a', 'write alarm', 'failed: task-failed'],
    );
  });

  it('fails when a waited-for object degrades', () => {
    assert.deepEqual(
      play(plan([task('a'), task('b', { wave: 1 })]), () => state('degraded', 'crash')),
      ['write a', 'failed: completed-unsuccessfully'],
    );
  });

  it('clears the leftovers of an earlier hook before it creates it anew', () => {
    const hook = { type: 'PreSync', deletePolicies: ['BeforeHookCreation'] as const };
    assert.deepEqual(
      play(plan([task('job', { phase: 'PreSync', hook })]), () => state('healthy')),
      ['clear job'],
    );
  });

  it('makes its own namespace before the dry-run', () => {
    const namespaced = plan([task('a')], { dryRun: 'whole-plan', beforeDryRun: [task('namespace')] });
    assert.deepEqual(
      play(namespaced, () => state('healthy')),
      ['write namespace', 'dry-run a', 'write a', 'succeeded: all-run'],
    );
  });

  it('waits for approval of a deletion that needs it', () => {
    const removal: ApplyTask = {
      ...task('a', { kind: 'delete' }),
      action: { kind: 'delete', propagation: 'Foreground', needsApproval: true },
    };
    assert.deepEqual(
      play(plan([removal]), () => state('healthy')),
      ['wait for approval of a'],
    );
    assert.deepEqual(
      play(plan([removal], { deletionApproved: true }), () => ({ state: 'absent' })),
      ['write a', 'succeeded: all-run'],
    );
  });

  it('waits until what it pruned is gone', () => {
    const removal = task('a', { kind: 'delete' });
    const going: Observation = { state: 'healthy', message: '', deleting: true };
    assert.deepEqual(
      play(plan([removal, task('b', { wave: 1 })]), (each) => (each.id === 'a' ? going : { state: 'absent' })),
      ['write a', 'wait for deletion of a'],
    );
  });

  it('has nothing to do where there is nothing', () => {
    assert.deepEqual(
      play(plan([]), () => ({ state: 'absent' })),
      ['succeeded: nothing-left'],
    );
  });
});
