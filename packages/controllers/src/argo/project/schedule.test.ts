import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { parseSchedule } from './schedule.ts';

function next(schedule: string, after: string): string | undefined {
  const at = parseSchedule(schedule).next(Date.parse(after));
  return at === undefined ? undefined : new Date(at).toISOString().replace('.000', '');
}

describe('a schedule', () => {
  const cases: readonly (readonly [string, string, string | undefined])[] = [
    ['* * * * *', '2026-01-15T12:30:00Z', '2026-01-15T12:31:00Z'],
    ['* * * * *', '2026-01-15T12:30:59.999Z', '2026-01-15T12:31:00Z'],
    ['0 22 * * *', '2026-01-15T22:00:00Z', '2026-01-16T22:00:00Z'],
    ['*/20 8-10 * * ?', '2026-01-15T08:50:00Z', '2026-01-15T09:00:00Z'],
    ['10/25 * * * *', '2026-01-15T08:36:00Z', '2026-01-15T09:10:00Z'],
    ['0 0 * JAN-mar Mon,fri', '2026-03-30T00:00:00Z', '2027-01-01T00:00:00Z'],
    // Both days named: either will do.
    ['0 0 1 * 1', '2026-01-15T00:00:00Z', '2026-01-19T00:00:00Z'],
    // A star with a step counts as named.
    ['0 0 */10 * 1', '2026-01-15T00:00:00Z', '2026-01-19T00:00:00Z'],
    ['0 0 * * 1', '2026-01-15T00:00:00Z', '2026-01-19T00:00:00Z'],
    ['0 0 29 2 *', '2026-01-15T00:00:00Z', '2028-02-29T00:00:00Z'],
    ['0 0 30 2 *', '2026-01-15T00:00:00Z', undefined],
    ['CRON_TZ=Europe/Zurich 0 8 * * *', '2026-07-01T00:00:00Z', '2026-07-01T06:00:00Z'],
    ['TZ=America/New_York 0 8 * * *', '2026-01-15T00:00:00Z', '2026-01-15T13:00:00Z'],
  ];
  for (const [schedule, after, expected] of cases) {
    it(`${schedule} falls due after ${after} at ${expected ?? 'no time'}`, () => {
      assert.equal(next(schedule, after), expected);
    });
  }

  it('that cannot be read is refused with the reason', () => {
    const refused: readonly (readonly [string, string])[] = [
      ['', 'empty spec string'],
      ['@daily', 'parser does not accept descriptors: @daily'],
      ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
      ['* 10 * * 7', 'end of range (7) above maximum (6): 7'],
      ['60 * * * *', 'end of range (60) above maximum (59): 60'],
      ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
      ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
      ['*/0 * * * *', 'step of range should be a positive number: */0'],
      ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
      ['x * * * *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
      ['TZ=Nowhere/At_All * * * * *', 'provided bad location Nowhere/At_All'],
    ];
    for (const [schedule, words] of refused)
      assert.throws(
        () => parseSchedule(schedule),
        (error) => isCapstanError(error, 'SPEC_INVALID') && error.message.startsWith(words),
        schedule,
      );
  });
});
