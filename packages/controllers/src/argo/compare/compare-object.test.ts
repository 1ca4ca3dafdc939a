import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { refOf, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import { applyServerSide, deducedTypes } from '@capstan/object/merge';
import type { Cluster } from '../../runtime/cluster.ts';
import { Confirmations } from '../../runtime/confirmations.ts';
import { readApplication } from '../application.ts';
import { APPLY_MANAGER } from '../names.ts';
import { defaultSettings } from '../settings/argo-settings.ts';
import { CanonicalForms } from './canonical-forms.ts';
import { compareRulesOf, type CompareRules } from './compare-rules.ts';
import { compareObject, CompareMemo, type CompareContext } from './compare-object.ts';
import { respectIgnored } from './respect-ignored.ts';
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

const languages = {
  deletion: () => (document: JsonValue) => document,
  matches: (pattern: string, text: string) => pattern === text,
};

function rulesOf(spec: JsonObject, options = ''): CompareRules {
  const application = readApplication({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'shop', namespace: 'argocd', annotations: { 'argocd.argoproj.io/compare-options': options } },
    spec: { project: 'default', destination: {}, ...spec },
  });
  return compareRulesOf(application, defaultSettings, languages);
}

/** A cluster that answers every dry-run with `answer`, and counts them. */
function clusterThatAnswers(
  answer: KubernetesObject,
  rules = rulesOf({}),
): {
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
    confirmations: new Confirmations(),
    judge: () => undefined,
    rules: () => rules,
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

describe('the comparison where nobody’s rights may be used', () => {
  const live = applied(undefined, gauge({ size: '1' }));
  const target = targetOf(gauge({ size: '1000m' }));

  it('tries nothing out, and takes what is spelled otherwise for a difference', async () => {
    const { context, asked } = clusterThatAnswers(live);
    const differences = await compareObject(target, live, true, { ...context, noRights: 'no account' });
    assert.deepEqual([differences.length, asked()], [1, 0]);
  });

  it('fails with that where the server is to tell', async () => {
    const { context, asked } = clusterThatAnswers(live, rulesOf({}, 'ServerSideDiff=true'));
    await assert.rejects(compareObject(target, live, true, { ...context, noRights: 'no account' }), {
      code: 'DIFF_FAILED',
      message: /serverSideDiff error: no account/,
    });
    assert.equal(asked(), 0);
  });
});

describe('fields that an Application ignores', () => {
  const pointers = { ignoreDifferences: [{ group: 'example.com', kind: 'Gauge', jsonPointers: ['/spec/size'] }] };
  const live = applied(undefined, gauge({ size: '1', color: 'red' }));

  it('are no difference, and the others are', async () => {
    const { context, asked } = clusterThatAnswers(live, rulesOf(pointers));
    assert.deepEqual(await compareObject(targetOf(gauge({ size: '7', color: 'red' })), live, true, context), []);
    assert.equal(asked(), 0);
    const other = gauge({ size: '7', color: 'blue' });
    const changed = clusterThatAnswers(applied(live, other), rulesOf(pointers));
    assert.deepEqual(await compareObject(targetOf(other), live, true, changed.context), [
      { path: ['spec', 'color'], left: 'blue', right: 'red' },
    ]);
  });

  it('are left as they are live by a sync that respects them', async () => {
    const { context } = clusterThatAnswers(live, rulesOf(pointers));
    const target = targetOf(gauge({ size: '7', color: 'blue' }));
    const managed = {
      ref: target.ref,
      target,
      live,
      sync: 'OutOfSync',
      hook: false,
      requiresPruning: false,
      wave: 0,
      differences: [],
    } as const;
    const [kept] = await respectIgnored([managed], context);
    assert.deepEqual(kept?.target?.object['spec'], { size: '1', color: 'blue' });
  });
});

describe('a server-side diff', () => {
  const live = applied(undefined, gauge({ size: '1' }));

  it('asks nobody where nothing would change', async () => {
    const { context, asked } = clusterThatAnswers(live, rulesOf({}, 'ServerSideDiff=true'));
    assert.deepEqual(await compareObject(targetOf(gauge({ size: '1' })), live, false, context), []);
    assert.equal(asked(), 0);
  });

  it('tells what the server would make of it', async () => {
    const answer = applied(live, gauge({ size: '2' }));
    const { context } = clusterThatAnswers(answer, rulesOf({}, 'ServerSideDiff=true'));
    assert.deepEqual(await compareObject(targetOf(gauge({ size: '2' })), live, false, context), [
      { path: ['spec', 'size'], left: '2', right: '1' },
    ]);
  });

  it('counts what webhooks add only where it is asked to', async () => {
    const own = applied(live, gauge({ size: '1' }));
    const mutated = { ...own, spec: { size: '1', injected: true } };
    const hidden = clusterThatAnswers(mutated, rulesOf({}, 'ServerSideDiff=true'));
    assert.deepEqual(await compareObject(targetOf(gauge({ size: '1' })), live, false, hidden.context), []);
    const shown = clusterThatAnswers(mutated, rulesOf({}, 'ServerSideDiff=true,IncludeMutationWebhook=true'));
    assert.deepEqual(await compareObject(targetOf(gauge({ size: '1' })), live, false, shown.context), [
      { path: ['spec', 'injected'], left: true },
    ]);
  });
});
