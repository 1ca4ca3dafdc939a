import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { conditionsText, replaceConditions } from './status.ts';

const NOW = '2026-11-26T07:00:00Z';
const repository = { type: 'InvalidSpecError', message: 'application repo https://git.example is not permitted' };
const destination = { type: 'InvalidSpecError', message: 'application destination server is not permitted' };
const comparison = { type: 'ComparisonError', message: 'Failed to load target state' };

describe('the conditions of an Application', () => {
  it('are listed by type, then by what they say', () => {
    const before = [{ ...comparison, lastTransitionTime: '2026-01-01T00:00:00Z' }];
    assert.deepEqual(replaceConditions(before, ['InvalidSpecError'], [repository, destination], NOW), [
      { ...comparison, lastTransitionTime: '2026-01-01T00:00:00Z' },
      { ...destination, lastTransitionTime: NOW },
      { ...repository, lastTransitionTime: NOW },
    ]);
  });

  it('are quoted in the same order', () => {
    assert.equal(
      conditionsText([repository, destination]),
      `InvalidSpecError: ${destination.message};InvalidSpecError: ${repository.message}`,
    );
  });
});
