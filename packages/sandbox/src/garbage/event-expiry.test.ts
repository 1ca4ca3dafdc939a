import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startSandbox, type Sandbox } from '../index.ts';
import { ManualClock } from '../simulate/manual-clock.ts';

const EVENTS = { group: '', version: 'v1', resource: 'events' };
const MINUTE = 60_000;

describe('Events', () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'sandbox-expiry-'));
  const clock = new ManualClock(new Date('2026-01-01T00:00:00Z'));
  let sandbox: Sandbox;
  const start = async (): Promise<void> => {
    sandbox = await startSandbox({ stateDir, port: 0, plainHttp: true, simulation: false, clock });
  };
  before(start);
  after(async () => {
    await sandbox.close();
    rmSync(stateDir, { recursive: true });
  });
  const pass = (milliseconds: number): void => {
    const end = clock.now().getTime() + milliseconds;
    while (clock.step(end - clock.now().getTime()));
    clock.advance(end - clock.now().getTime());
  };
  const names = (): readonly unknown[] => sandbox.api.list(EVENTS).map((event) => event.metadata['name']);
  const create = (name: string): void => {
    const lastTimestamp = `${clock.now().toISOString().slice(0, 19)}Z`;
    const involvedObject = { namespace: 'default', name: 'web' };
    const metadata = { name, namespace: 'default' };
    sandbox.api.create(
      EVENTS,
      { apiVersion: 'v1', kind: 'Event', metadata, involvedObject, lastTimestamp },
      { manager: 'test' },
    );
  };

  it('are gone an hour after their last write, those of an earlier run too', async () => {
    create('first');
    pass(30 * MINUTE);
    create('second');
    create('third');
    pass(20 * MINUTE);
    sandbox.api.patch(EVENTS, 'default', 'third', { count: 2 }, { manager: 'test' });
    assert.deepEqual(names(), ['first', 'second', 'third']);
    pass(11 * MINUTE);
    assert.deepEqual(names(), ['second', 'third']);
    await sandbox.close();
    await start();
    pass(30 * MINUTE);
    assert.deepEqual(names(), []);
  });
});
