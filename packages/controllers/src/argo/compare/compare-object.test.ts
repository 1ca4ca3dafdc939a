import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { refOf, type JsonObject, type KubernetesObject } from '@capstan/object';
import { applyServerSide, deducedTypes } from '@capstan/object/merge';
import type { Cluster } from '../../runtime/cluster.ts';
import { APPLY_MANAGER } from '../names.ts';
import { CanonicalForms } from './canonical-forms.ts';
import { compareObject, CompareMemo, type CompareContext } from './compare-object.ts';
import type { Target } from './targets.ts';

const now = Date.parse('2026-01-15T12:00:00Z');

function gauge(spec: JsonObject, metadata: JsonObject = {}): KubernetesObject {
  return { apiVersion: 'example.com/v1', kind: 'Gauge', metadata: { name: 'a', namespace: 'shop', ...metadata }, spec };
}

function applied(live: KubernetesObject | undefined, object: KubernetesObject): KubernetesObject {
  const request = { live, applied: object, manager: APPLY_MANAGER, force: true, now: new Date(now), isCustom: true };
  const outcome = applyServerSide({ ...request, schema: deducedTypes });
  return outcome.kind === 'conflict' ? object : outcome.object;
}

/** A cluster that answers every dry-run with `answer`, and counts them. */
function clusterThatAnswers(answer: KubernetesObject): {
  readonly context: CompareContext;
  readonly asked: () => number;
} {
  let asked = 0;
  const client = {
    apply: () => {
      asked++;
      return Promise.resolve(answer);
    },
  };
  const context: CompareContext = {
    cluster: { client } as unknown as Cluster,
    forms: new CanonicalForms(),
    memo: new CompareMemo(),
    signal: new AbortController().signal,
    now: () => now,
    caller: 'argo',
  };
  return { context, asked: () => asked };
}

function targetOf(object: KubernetesObject): Target {
  const rules = { namespaced: true, hasStatus: false, merge: undefined, types: deducedTypes };
  return { ref: refOf(object), object, rules };
}

describe('the comparison of an object that is applied server-side', () => {
  const desired = gauge({ size: '1000m' });
  const live = applied(undefined, gauge({ size: '1' }));

  it('takes another spelling of what is there for no difference, and asks but once', async () => {
    const { context, asked } = clusterThatAnswers(live);
    assert.deepEqual(await compareObject(targetOf(desired), live, true, context), []);
    const changed = { ...live, metadata: { ...live.metadata, resourceVersion: '8' } };
    assert.deepEqual(await compareObject(targetOf(desired), changed, true, context), []);
    assert.equal(asked(), 1);
  });

  it('does not count what a webhook adds to every write', async () => {
    const answer = { ...live, metadata: { ...live.metadata, labels: { injected: 'yes' } } };
    const { context } = clusterThatAnswers(answer);
    assert.deepEqual(await compareObject(targetOf(desired), live, true, context), []);
  });

  it('counts what the apply would change, whatever a webhook adds', async () => {
    const wanted = gauge({ size: '2' });
    const changed = applied(live, wanted);
    const { context } = clusterThatAnswers({ ...changed, spec: { size: '2', injected: 'yes' } });
    assert.deepEqual(await compareObject(targetOf(wanted), live, true, context), [
      { path: ['spec', 'size'], left: '2', right: '1' },
    ]);
  });
});
