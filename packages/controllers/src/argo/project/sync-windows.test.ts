import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { blockingWindows, canSync, nextChange } from './sync-windows.ts';
import { matchingWindows } from './window-matches.ts';
import { isOpen, nextEdge, type SyncWindow } from './window-times.ts';

const at = (text: string): number => Date.parse(text);
const noon: SyncWindow = { kind: 'allow', schedule: '0 12 * * *', duration: '1h' };
const night: SyncWindow = { kind: 'deny', schedule: '0 22 * * *', duration: '8h' };

describe('a sync window', () => {
  it('is open between its edges, on the clocks of its zone', () => {
    const zurich = { ...noon, timeZone: 'Europe/Zurich' };
    assert.equal(isOpen(noon, at('2026-01-15T12:00:00Z')), false);
    assert.equal(isOpen(noon, at('2026-01-15T12:00:00.001Z')), true);
    assert.equal(isOpen(noon, at('2026-01-15T13:00:00Z')), false);
    assert.equal(isOpen(zurich, at('2026-01-15T11:30:00Z')), true);
    assert.equal(isOpen(zurich, at('2026-07-15T10:30:00Z')), true);
    assert.equal(isOpen({ ...noon, timeZone: 'Nowhere' }, at('2026-01-15T12:30:00Z')), true);
    assert.equal(isOpen({ ...noon, timeZone: '+05:00' }, at('2026-01-15T12:30:00Z')), true);
  });

  it('tells its next edge', () => {
    assert.equal(nextEdge(noon, at('2026-01-15T11:00:00Z')), at('2026-01-15T12:00:00.001Z'));
    assert.equal(nextEdge(noon, at('2026-01-15T12:30:00Z')), at('2026-01-15T13:00:00Z'));
    assert.equal(nextEdge(noon, at('2026-01-15T13:00:00Z')), at('2026-01-16T12:00:00.001Z'));
  });

  it('speaks of Applications by name, cluster or namespace, or by all that it lists', () => {
    const subject = { name: 'shop', server: 'https://a', cluster: '', namespace: 'web' };
    const matches = (window: SyncWindow): boolean => matchingWindows([window], subject).length > 0;
    assert.equal(matches({ applications: ['sh*'] }), true);
    assert.equal(matches({ applications: ['x'], namespaces: ['web'] }), true);
    assert.equal(matches({ applications: ['x'], namespaces: ['web'], andOperator: true }), false);
    assert.equal(matches({ applications: ['shop'], namespaces: ['web'], andOperator: true }), true);
    assert.equal(matches({ clusters: ['https://*'] }), true);
    assert.equal(matches({ clusters: ['*'] }), true);
    assert.equal(matches({ applications: ['!x'] }), false);
    assert.equal(matches({ andOperator: true }), false);
  });
});

describe('sync windows', () => {
  const noonTime = at('2026-01-15T12:30:00Z');
  const nightTime = at('2026-01-15T23:00:00Z');

  it('let a sync in where one allows it, and keep it out where one denies it', () => {
    assert.equal(canSync([noon, night], { manual: false, now: noonTime }), true);
    assert.equal(canSync([noon, night], { manual: false, now: nightTime }), false);
    assert.equal(canSync([noon], { manual: false, now: nightTime }), false);
    assert.equal(canSync([night], { manual: false, now: noonTime }), true);
    assert.deepEqual(blockingWindows([noon, night], { manual: false, now: nightTime }), [night]);
    assert.deepEqual(blockingWindows([noon], { manual: false, now: nightTime }), [noon]);
  });

  it('let a person through where all that block say so', () => {
    const open = { ...night, manualSync: true };
    assert.equal(canSync([open], { manual: true, now: nightTime }), true);
    assert.equal(canSync([open], { manual: false, now: nightTime }), false);
    assert.equal(canSync([open, night], { manual: true, now: nightTime }), false);
    assert.equal(canSync([{ ...noon, manualSync: true }], { manual: true, now: nightTime }), true);
  });

  it('let a sync that has begun go on where all that block say so', () => {
    const question = { manual: false, now: nightTime, startedAt: noonTime };
    assert.equal(canSync([{ ...night, syncOverrun: true }], question), true);
    assert.equal(canSync([{ ...night, syncOverrun: true }, night], question), false);
    assert.equal(canSync([{ ...noon, syncOverrun: true }], question), true);
    assert.equal(canSync([{ ...night, syncOverrun: true }], { ...question, startedAt: nightTime }), false);
  });

  it('tell when the answer changes', () => {
    assert.deepEqual(nextChange([noon, night], { manual: false, now: noonTime }), {
      at: at('2026-01-15T13:00:00Z'),
      changes: true,
    });
    assert.deepEqual(nextChange([night], { manual: false, now: noonTime }), {
      at: at('2026-01-15T22:00:00.001Z'),
      changes: true,
    });
    assert.deepEqual(nextChange([night], { manual: false, now: nightTime }), {
      at: at('2026-01-16T06:00:00Z'),
      changes: true,
    });
    assert.equal(nextChange([], { manual: false, now: nightTime }), undefined);
    const always: SyncWindow = { kind: 'deny', schedule: '* * * * *', duration: '1h' };
    const asked = nextChange([always], { manual: false, now: nightTime });
    assert.equal(asked?.changes, false);
    assert.ok(asked.at > nightTime + 3_600_000, 'whoever waits is not woken each minute');
  });

  it('that cannot be read are told', () => {
    assert.throws(
      () => canSync([{ kind: 'deny', schedule: 'x', duration: '1h' }], { manual: false, now: noonTime }),
      (error) =>
        isCapstanError(error, 'SPEC_INVALID') &&
        error.message.startsWith("invalid sync windows: cannot parse schedule 'x': expected exactly 5 fields"),
    );
  });
});
