import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApiStatusError } from './api-status-error.ts';
import { labelMatcher } from './selectors.ts';

const object = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', labels: { app: 'web', tier: 'front', n: '3', empty: '' } },
};

describe('label selectors', () => {
  for (const [selector, expected] of [
    ['app=web', true],
    ['app==web,tier=front', true],
    ['app!=web', false],
    ['other!=web', true],
    ['app in (api, web)', true],
    ['app notin (api, web)', false],
    ['other notin (x)', true],
    ['app', true],
    ['!app', false],
    ['!other', true],
    ['n>2', true],
    ['n<3', false],
    ['empty=', true],
    ['app in (web),!other,tier!=back', true],
  ] as const) {
    it(`${expected ? 'match' : 'do not match'} by ${selector}`, () => {
      assert.equal(labelMatcher(selector)?.(object), expected);
    });
  }

  it('select everything when empty', () => {
    assert.equal(labelMatcher(''), undefined);
  });

  it('are refused when they cannot be read', () => {
    for (const selector of ['a=b=c', 'a in b', '(a)', 'a b']) {
      assert.throws(() => labelMatcher(selector), ApiStatusError, selector);
    }
  });
});
