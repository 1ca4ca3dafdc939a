import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EventInput } from '@capstan/kube';
import { silentLog } from '../runtime/log.ts';
import { tellOf } from './tell.ts';

function toldOf(annotations: Readonly<Record<string, string>>, own: Readonly<Record<string, string>>): EventInput {
  const told: EventInput[] = [];
  const recorder = {
    record: (event: EventInput) => void told.push(event),
    dropped: 0,
    flush: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const object = {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'app', namespace: 'apps', uid: 'u', annotations },
  };
  const tale = { type: 'Normal', reason: 'Succeeded', message: 'done', annotations: own } as const;
  tellOf({ events: () => recorder, log: silentLog }, 'kustomize-controller', object, tale);
  const [first] = told;
  assert.ok(first !== undefined);
  return first;
}

describe('an event of a Flux resource', () => {
  it('bears what the resource says to tell, over its own, and no other annotation of it', () => {
    const annotations = {
      'event.toolkit.fluxcd.io/image': 'nginx:1.28',
      'event.toolkit.fluxcd.io/shared': 'of the resource',
      'example.com/private': 'x',
    };
    const own = { 'kustomize.toolkit.fluxcd.io/revision': 'main', 'event.toolkit.fluxcd.io/shared': 'of the event' };
    assert.deepEqual(toldOf(annotations, own).annotations, {
      'kustomize.toolkit.fluxcd.io/revision': 'main',
      'event.toolkit.fluxcd.io/image': 'nginx:1.28',
      'event.toolkit.fluxcd.io/shared': 'of the resource',
    });
  });

  it('bears none where there are none', () => {
    assert.equal(toldOf({ 'example.com/private': 'x' }, {}).annotations, undefined);
  });
});
