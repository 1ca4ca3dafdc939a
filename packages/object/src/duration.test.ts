import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { durationMilliseconds, formatDuration, parseDuration } from './duration.ts';

describe('a duration', () => {
  it('is read as Go reads it', () => {
    const cases: readonly (readonly [string, bigint])[] = [
      ['0', 0n],
      ['5s', 5_000_000_000n],
      ['1h30m', 5_400_000_000_000n],
      ['-1.5s', -1_500_000_000n],
      ['+.5s', 500_000_000n],
      ['1.s', 1_000_000_000n],
      ['12us', 12_000n],
      ['12µs', 12_000n],
      ['12μs', 12_000n],
      ['1m1m', 120_000_000_000n],
      ['0.3333333333333333333h', 1_200_000_000_000n],
      ['9223372036854775807ns', 9223372036854775807n],
      ['-9223372036854775808ns', -9223372036854775808n],
    ];
    for (const [text, expected] of cases) assert.equal(parseDuration(text), expected, text);
    assert.equal(durationMilliseconds('1m0.5s'), 60_500);
  });

  it('is refused with the words of Go', () => {
    const cases = [
      ['', 'time: invalid duration ""'],
      ['3', 'time: missing unit in duration "3"'],
      ['1d', 'time: unknown unit "d" in duration "1d"'],
      ['.s', 'time: invalid duration ".s"'],
      ['s', 'time: invalid duration "s"'],
      ['1h 30m', 'time: unknown unit "h " in duration "1h 30m"'],
      ['9223372036854775808ns', 'time: invalid duration "9223372036854775808ns"'],
    ] as const;
    for (const [text, message] of cases) {
      assert.throws(() => parseDuration(text), { code: 'DURATION_INVALID', message }, text);
    }
  });

  it('is printed as Go prints it', () => {
    for (const text of [
      '0s',
      '1ns',
      '1.1µs',
      '2.2ms',
      '3.3s',
      '1m0s',
      '4m5s',
      '5h6m7.001s',
      '-1h0m0s',
      '2562047h47m16.854775807s',
    ]) {
      assert.equal(formatDuration(parseDuration(text)), text);
    }
  });
});
