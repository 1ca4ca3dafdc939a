import { deepStrictEqual } from 'node:assert/strict';
import type { CaseResult } from './corpus.ts';

/** The result of a case that passed. */
export const passed: CaseResult = { outcome: 'passed' };

/** The result of a case that failed, and how. */
export function failed(detail: string): CaseResult {
  return { outcome: 'failed', detail };
}

/** The result of a case that cannot run here, and what it needs. */
export function skipped(needs: string): CaseResult {
  return { outcome: 'skipped', needs };
}

/** Passed when `actual` is deeply equal to `expected` (order of keys aside); else failed with a diff, `what` first. */
export function expectEqual(actual: unknown, expected: unknown, what = 'result'): CaseResult {
  try {
    deepStrictEqual(actual, expected);
    return passed;
  } catch (error) {
    return failed(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Passed when all are; else the first that is not. */
export function allOf(results: Iterable<CaseResult>): CaseResult {
  for (const result of results) if (result.outcome !== 'passed') return result;
  return passed;
}
