import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { KubernetesObject } from '@capstan/object';
import { startSandbox, type Sandbox } from '../index.ts';
import { EventRecorder, type Happening } from './events.ts';
import { ManualClock } from './manual-clock.ts';
import { nameOf, numberAt, textAt } from './read.ts';

const EVENTS = { group: '', version: 'v1', resource: 'events' };
const CREATED = { type: 'Normal', reason: 'SuccessfulCreate', component: 'replicaset-controller' } as const;
const about: KubernetesObject = {
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name: 'web', namespace: 'default', uid: 'u-1', resourceVersion: '7' },
};

describe('the recorder of Events', () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'sandbox-events-'));
  const clock = new ManualClock(new Date('2026-01-01T00:00:00Z'));
  let sandbox: Sandbox;
  let recorder: EventRecorder;
  before(async () => {
    sandbox = await startSandbox({ stateDir, port: 0, plainHttp: true, simulation: false, clock });
  });
  beforeEach(() => {
    for (const event of sandbox.api.list(EVENTS)) sandbox.api.delete(EVENTS, 'default', nameOf(event));
    recorder = new EventRecorder(sandbox.api, clock, 'node-1');
  });
  after(async () => {
    await sandbox.close();
    rmSync(stateDir, { recursive: true });
  });
  const tell = (message: string, more: Partial<Happening> = {}): void => {
    recorder.record(about, { ...CREATED, message, ...more });
  };
  const told = (): readonly string[] =>
    sandbox.api.list(EVENTS).map((event) => `${numberAt(event, 0, 'count')} ${textAt(event, 'message')}`);

  it('counts up what happens again', () => {
    tell('Created pod: a');
    tell('Created pod: b');
    tell('Created pod: a');
    assert.deepEqual(told(), ['2 Created pod: a', '1 Created pod: b']);
  });

  it('lets many that are alike share one, which shows the last', () => {
    for (let index = 10; index < 25; index++) tell(`Created pod: ${index}`);
    assert.equal(told().length, 11);
    assert.equal(told().at(-1), '5 (combined from similar events): Created pod: 24');
  });

  it('writes no more about one object than its allowance, which time gives back', () => {
    for (let index = 0; index < 40; index++) tell('again', { reason: `R${index}` });
    assert.equal(told().length, 25);
    clock.advance(300_000);
    tell('again', { reason: 'Late' });
    tell('again', { reason: 'Later' });
    assert.equal(told().length, 26);
  });

  it('drops what the API refuses', () => {
    const elsewhere = { ...about, metadata: { ...about.metadata, namespace: 'nowhere' } };
    recorder.record(elsewhere, { ...CREATED, message: 'Created pod: a' });
    assert.deepEqual(told(), []);
  });
});
