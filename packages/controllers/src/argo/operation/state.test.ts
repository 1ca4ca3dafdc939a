import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isRetried, newState, readState, recordedOf, retryDelay, writeState, type OperationState } from './state.ts';
import { taskId } from './plan.ts';

const ref = { group: 'apps', version: 'v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
const state: OperationState = {
  ...newState({ sync: { prune: true } }, '2026-01-01T00:00:00Z'),
  source: { repoURL: 'https://git.example/repo', path: 'app' },
  revisions: ['c1'],
  resources: [
    { ...ref, status: 'Synced', hookPhase: 'Running', syncPhase: 'Sync', message: 'deployment.apps/web created' },
  ],
};

describe('the state of an operation', () => {
  it('comes back from status as it was written', () => {
    const written = writeState(state);
    assert.deepEqual(written['operation'], { sync: { prune: true }, retry: {} });
    const read = readState({
      phase: 'Running',
      startedAt: '2026-01-01T00:00:00Z',
      operation: state.operation,
      syncResult: {
        revision: 'c1',
        source: state.source,
        resources: [...state.resources].map((entry) => ({ ...entry })),
      } as never,
    });
    assert.deepEqual(read.resources, state.resources);
    assert.deepEqual(read.revisions, ['c1']);
  });

  it('gives the results that the state machine goes on from', () => {
    const { results } = recordedOf(state);
    assert.deepEqual(results.get(taskId(ref, 'Sync')), {
      status: 'synced',
      phase: 'running',
      message: 'deployment.apps/web created',
    });
    assert.equal(results.get(taskId(ref, 'PostSync')), undefined);
  });

  it('says nothing of a result before there is one', () => {
    assert.equal(writeState(newState({ sync: {} }, '2026-01-01T00:00:00Z'))['syncResult'], undefined);
  });
});

describe('retries', () => {
  it('wait five seconds, doubling, three minutes at most, unless told otherwise', () => {
    assert.deepEqual(
      [0, 1, 2, 9].map((count) => retryDelay({}, count)),
      [5_000, 10_000, 20_000, 180_000],
    );
    const slow = { retry: { backoff: { duration: '2m', factor: 3, maxDuration: '10m' } } };
    assert.deepEqual(
      [0, 1, 2].map((count) => retryDelay(slow, count)),
      [120_000, 360_000, 600_000],
    );
    assert.equal(retryDelay({ retry: { backoff: { duration: '7' } } }, 0), 7_000);
  });

  it('end at the limit; a negative one never ends', () => {
    const with_ = (limit: number, retryCount: number): boolean =>
      isRetried({ ...state, operation: { retry: { limit } }, retryCount });
    assert.equal(with_(2, 1), true);
    assert.equal(with_(2, 2), false);
    assert.equal(with_(-1, 99), true);
    assert.equal(isRetried(state), false);
  });
});
