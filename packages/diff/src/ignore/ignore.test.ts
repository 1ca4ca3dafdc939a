import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseObject, type JsonObject, type KubernetesObject, type MergeMetadata } from '@capstan/object';
import { deducedType } from '@capstan/object/merge';
import { IgnoreRules, type IgnoreRule } from './ignore-rules.ts';
import { keepIgnored } from './keep-ignored.ts';
import { withoutIgnored } from './without-ignored.ts';

const languages = {
  deletion: (expression: string) => () => {
    throw new Error(`no jq in this test: ${expression}`);
  },
  matches: (pattern: string, text: string) => pattern === '*' || pattern === text,
};

function rule(more: Partial<IgnoreRule>): IgnoreRule {
  return { group: '*', kind: '*', jsonPointers: [], jqPathExpressions: [], managers: [], ...more };
}

function deployment(spec: JsonObject, metadata: JsonObject = {}): KubernetesObject {
  return parseObject(
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', ...metadata }, spec },
    'test',
  );
}

function ignoredOf(...rules: readonly IgnoreRule[]) {
  const ref = { group: 'apps', kind: 'Deployment', namespace: '', name: 'web' };
  return new IgnoreRules(rules, languages).of(ref);
}

const none = { deletions: [], managers: [] };

describe('what is ignored on an object', () => {
  it('is what every rule of its kind, name and namespace says', () => {
    const rules = new IgnoreRules(
      [
        rule({ group: 'apps', kind: 'Deployment', managers: ['hpa'] }),
        rule({ name: 'web', managers: ['hpa', 'vpa'] }),
        rule({ namespace: 'other', managers: ['never'] }),
      ],
      languages,
    );
    const ref = { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' };
    assert.deepEqual(rules.of(ref)?.managers, ['hpa', 'vpa']);
    assert.equal(rules.of({ ...ref, name: 'api' })?.managers.includes('vpa'), false);
    assert.equal(new IgnoreRules([rule({ kind: 'Service' })], languages).of(ref), undefined);
  });

  it('goes out of both sides and out of what was applied last', () => {
    const ignored = ignoredOf(rule({ jsonPointers: ['/spec/replicas', '/spec/absent'] }));
    const last = JSON.stringify({ spec: { replicas: 1, paused: true } });
    const live = deployment(
      { replicas: 5 },
      { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': last } },
    );
    const pair = withoutIgnored({ desired: deployment({ replicas: 1 }), live }, ignored ?? none, deducedType);
    assert.deepEqual(pair.desired['spec'], {});
    assert.deepEqual(pair.live['spec'], {});
    assert.match(JSON.stringify(pair.live.metadata), /paused/);
    assert.doesNotMatch(JSON.stringify(pair.live.metadata), /replicas/);
  });

  it('is, of a trusted manager, only what it holds and what differs', () => {
    const managedFields = [
      { manager: 'hpa', operation: 'Update', fieldsType: 'FieldsV1', fieldsV1: { 'f:spec': { 'f:replicas': {} } } },
      { manager: 'somebody', operation: 'Update', fieldsType: 'FieldsV1', fieldsV1: { 'f:spec': { 'f:paused': {} } } },
    ];
    const live = deployment({ replicas: 5, paused: true }, { managedFields });
    const desired = deployment({ replicas: 1, paused: false });
    const pair = withoutIgnored({ desired, live }, ignoredOf(rule({ managers: ['hpa'] })) ?? none, deducedType);
    assert.deepEqual(pair.desired['spec'], { paused: false });
    assert.deepEqual(pair.live['spec'], { paused: true });
  });
});

describe('a sync that respects what is ignored', () => {
  const merge: MergeMetadata | undefined = undefined;

  it('applies the live value of an ignored field, and everything else as Git has it', () => {
    const pair = {
      desired: deployment({ replicas: 1, paused: false }),
      live: deployment({ replicas: 5, paused: true }),
    };
    const compared = withoutIgnored(pair, ignoredOf(rule({ jsonPointers: ['/spec/replicas'] })) ?? none, deducedType);
    assert.deepEqual(keepIgnored(pair, compared, merge)['spec'], { replicas: 5, paused: false });
  });

  it('adds nothing that only the live object has and nothing ignores', () => {
    const pair = { desired: deployment({ replicas: 1 }), live: deployment({ replicas: 5, minReadySeconds: 3 }) };
    const compared = withoutIgnored(pair, ignoredOf(rule({ jsonPointers: ['/spec/replicas'] })) ?? none, deducedType);
    assert.deepEqual(keepIgnored(pair, compared, merge)['spec'], { replicas: 5 });
  });

  it('keeps an ignored field that Git does not have', () => {
    const pair = { desired: deployment({}), live: deployment({ replicas: 5 }) };
    const compared = withoutIgnored(pair, ignoredOf(rule({ jsonPointers: ['/spec/replicas'] })) ?? none, deducedType);
    assert.deepEqual(keepIgnored(pair, compared, merge)['spec'], { replicas: 5 });
  });
});
