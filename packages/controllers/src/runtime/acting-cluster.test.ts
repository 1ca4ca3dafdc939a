import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CapstanError } from '@capstan/errors';
import { virtualClock } from '@capstan/kube';
import type { KubernetesObject, VersionedRef } from '@capstan/object';
import { AllowedObjects } from './acting-cluster.ts';

const ref: VersionedRef = { group: '', version: 'v1', kind: 'Secret', namespace: 'theirs', name: 'password' };
const secret: KubernetesObject = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'password' } };

function objects(answer: () => Promise<void>) {
  const clock = virtualClock();
  const asked: string[] = [];
  const inner = { get: () => Promise.resolve(secret), wrote: () => undefined, removed: () => undefined };
  const allowed = new AllowedObjects(inner, clock, ({ name }) => {
    asked.push(name);
    return answer();
  });
  return { allowed, asked, clock };
}

describe('objects that are read for somebody else', () => {
  it('are given where they may read them, and asked about once in a while', async () => {
    const { allowed, asked, clock } = objects(() => Promise.resolve());
    assert.equal(await allowed.get(ref), secret);
    assert.equal(await allowed.get(ref), secret);
    assert.deepEqual(asked, ['password']);
    await clock.advance(60_001);
    await allowed.get(ref);
    assert.equal(asked.length, 2);
    await allowed.get({ ...ref, name: 'other' });
    assert.deepEqual(asked, ['password', 'password', 'other']);
  });

  it('are kept from whoever may not, each time anew, and rights that are gone count no longer', async () => {
    let mayRead = true;
    const refused = new CapstanError('KUBE_FORBIDDEN', 'secrets "password" is forbidden');
    const { allowed, asked, clock } = objects(() => (mayRead ? Promise.resolve() : Promise.reject(refused)));
    await allowed.get(ref);
    mayRead = false;
    await clock.advance(60_001);
    await assert.rejects(allowed.get(ref), { code: 'KUBE_FORBIDDEN' });
    await assert.rejects(allowed.get(ref), { code: 'KUBE_FORBIDDEN' });
    assert.equal(asked.length, 3);
  });

  it('of a kind that is not served are not there, whatever is kept of them', async () => {
    const unknown = new CapstanError('KUBE_KIND_UNKNOWN', 'no such kind');
    const { allowed } = objects(() => Promise.reject(unknown));
    assert.equal(await allowed.get(ref), undefined);
  });
});
