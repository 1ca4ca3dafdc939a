import type { KubernetesObject } from '@capstan/object';
import { conditionsOf, countAt, integerAt, textAt } from '../fields.ts';
import { current, failed, inProgress, type KstatusResult } from './result.ts';

/** kstatus of a Job: one that runs is Current. */
export function jobStatus(object: KubernetesObject): KstatusResult {
  const completions = integerAt(object, 'spec', 'completions') ?? integerAt(object, 'spec', 'parallelism') ?? 1;
  const succeeded = countAt(object, 'status', 'succeeded');
  const active = countAt(object, 'status', 'active');
  const failures = countAt(object, 'status', 'failed');
  const ended = conditionsOf(object).find(
    ({ type, status }) => status === 'True' && (type === 'Complete' || type === 'Failed'),
  );
  if (ended?.type === 'Complete') return current(`Job Completed. succeeded: ${succeeded}/${completions}`);
  if (ended !== undefined) return failed('JobFailed', `Job Failed. failed: ${failures}/${completions}`);
  if (textAt(object, ['status', 'startTime']) === '') return inProgress('JobNotStarted', 'Job not started');
  return current(`Job in progress. success:${succeeded}, active: ${active}, failed: ${failures}`);
}
