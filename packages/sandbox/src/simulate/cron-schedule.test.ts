import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nextTime, parseCron, zoneOffset } from './cron-schedule.ts';

describe('a schedule in a time zone', () => {
  const next = (schedule: string, zone: string, from: string): string | undefined => {
    const parsed = parseCron(schedule);
    const offset = zoneOffset(zone);
    assert.ok(parsed && offset);
    return nextTime(parsed, new Date(from), offset)?.toISOString();
  };

  it('goes by the clocks of the zone', () => {
    assert.equal(next('30 9 * * *', '', '2026-01-05T00:00:00Z'), '2026-01-05T09:30:00.000Z');
    assert.equal(next('30 9 * * *', 'America/New_York', '2026-01-05T00:00:00Z'), '2026-01-05T14:30:00.000Z');
    assert.equal(next('30 9 * * *', 'America/New_York', '2026-07-05T00:00:00Z'), '2026-07-05T13:30:00.000Z');
    assert.equal(next('0 0 1 * *', 'Asia/Kolkata', '2026-01-31T18:00:00Z'), '2026-01-31T18:30:00.000Z');
  });

  it('goes on over the change of the clocks', () => {
    assert.equal(next('30 3 * * *', 'Europe/Berlin', '2026-03-29T00:00:00Z'), '2026-03-29T01:30:00.000Z');
    assert.equal(next('0 * * * *', 'Europe/Berlin', '2026-10-25T01:00:00Z'), '2026-10-25T02:00:00.000Z');
  });

  it('has no zone of a name that is not known', () => {
    assert.equal(zoneOffset('Mars/Olympus'), undefined);
  });
});
