import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubernetesObject } from '@capstan/object';
import { claimantName, heirOf, keeperOf, type Claimant } from './claims.ts';

const live = (...marks: readonly string[]): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'one', namespace: 'shop', labels: Object.fromEntries(marks.map((mark) => [mark, ''])) },
});

function claimant(kind: string, name: string, since: string): Claimant {
  const ref = { group: 'x', version: 'v1', kind, namespace: 'n', name };
  return { ref, since, marked: ({ metadata: { labels } }) => JSON.stringify(labels).includes(`"${name}"`) };
}

const older = claimant('Kustomization', 'older', '2026-01-01T00:00:00Z');
const newer = claimant('Application', 'newer', '2026-01-02T00:00:00Z');
const both = [newer, older];

function keeper(claimants: readonly Claimant[], object: KubernetesObject): string | undefined {
  const found = keeperOf(claimants, object);
  return found === undefined ? undefined : claimantName(found);
}

describe('who keeps an object that several claim', () => {
  it('is whoever has written it, however late they came', () => {
    assert.equal(keeper(both, live('newer')), 'Application n/newer');
    assert.equal(keeper(both, live('older')), 'Kustomization n/older');
  });

  it('is the one made first where all have written it, an Application of those made at once', () => {
    assert.equal(keeper(both, live('newer', 'older')), 'Kustomization n/older');
    const twin = claimant('Application', 'twin', older.since);
    assert.equal(keeper([older, twin], live('older', 'twin')), 'Application n/twin');
  });

  it('is nobody where nobody has written it: a claim alone may be made without any right', () => {
    assert.equal(keeper(both, live()), undefined);
  });

  it('leaves what is deleted to a rival only who has written it', () => {
    const { ref } = older;
    assert.equal(heirOf({ ref, rivals: [newer], keeper: undefined }, live('older')), undefined);
    assert.equal(heirOf({ ref, rivals: [newer], keeper: undefined }, live('older', 'newer')), newer);
    assert.equal(heirOf(undefined, live('newer')), undefined);
  });
});
