import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import type { JsonValue, KubernetesObject } from '@capstan/object';
import {
  checkVariableNames,
  DEFAULT_SUBSTITUTE_LIMITS,
  evaluateSubstitutions,
  isSubstitutionDisabled,
  SUBSTITUTE_MARK,
  substituteInObject,
} from './index.ts';

const variables = new Map([
  ['name', 'web'],
  ['path', '/srv/shop/web.tar.gz'],
  ['umlaut', 'Öl'],
  ['empty', ''],
  ['count', '3'],
]);

function evaluate(text: string, strict = true): string {
  return evaluateSubstitutions(text, { variables, strict });
}

describe('the expressions of a post-build substitution', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['a ${name} b', 'a web b'],
    ['$name $$name $${name}', '$name $name ${name}'],
    ['${#umlaut} ${umlaut,,} ${umlaut:2}', '3 öl l'],
    ['${path##*/} ${path%%.*} ${path#*/} ${path%.*}', 'web.tar.gz /srv/shop/web srv/shop/web.tar.gz /srv/shop/web.tar'],
    [
      '${path//\\//-} ${path/srv/x} ${path/#\\/srv/} ${path/%gz/xz}',
      '-srv-shop-web.tar.gz /x/shop/web.tar.gz /srv/shop/web.tar.gz /srv/shop/web.tar.xz',
    ],
    ['${empty:-none} ${absent:=none} ${absent:+none} ${absent:?none} ${name:-none}', 'none none none none web'],
    ['${absent:-${name}-${count}}', 'web-3'],
    ['${name:1} ${name:0:2} ${name:9} ${name:x}', 'eb we  web'],
    ['${path##*[r-t]}', '.tar.gz'.slice(-3)],
  ];
  for (const [text, result] of cases) it(`makes ${result} of ${text}`, () => assert.equal(evaluate(text), result));

  for (const [text, message] of [
    ['${absent}', 'variable not set (strict mode): "absent"'],
    ['${absent^^}', 'variable not set (strict mode): "absent"'],
    ['${name-x}', 'missing closing brace'],
    ['${name', 'missing closing brace'],
    ['${.x}', 'unable to parse variable name'],
    ['${name#}', 'unable to parse substitution within function'],
    ['${name/a}', 'bad substitution'],
  ] as const)
    it(`refuses ${text} with the words of Flux's library`, () =>
      assert.throws(
        () => evaluate(text),
        (error) => isCapstanError(error, 'RENDER_INVALID') && error.message === message,
      ));

  it('takes a variable that is not set for an empty one where it is not strict', () => {
    assert.equal(evaluate('[${absent}${#absent}]', false), '[0]');
  });

  it('leaves a value as it is where a pattern is malformed', () => {
    assert.equal(evaluate('${path##[}'), '/srv/shop/web.tar.gz');
  });

  it('ends an expression that grows beyond the limit, or takes too long, or nests too deep', () => {
    const limits = { ...DEFAULT_SUBSTITUTE_LIMITS, maxBytes: 1000, maxSteps: 1000 };
    const values = new Map([
      ['a', 'a'.repeat(200)],
      ['s', `${'*a'.repeat(20)}b`],
    ]);
    const bounded = (text: string) => () => evaluateSubstitutions(text, { variables: values, strict: true, limits });
    const nested = '${a:='.repeat(200);
    for (const text of ['${a//a/${a}}', '${a##${s}}', nested])
      assert.throws(bounded(text), (error) => isCapstanError(error, 'RENDER_LIMIT'));
  });
});

describe('a post-build substitution of an object', () => {
  it('gives values the type that their letters have in YAML', () => {
    const made = substituteInObject(configMap({ n: '${count}', quoted: '"${count}"', text: 'x ${count}' }), {
      variables,
      strict: true,
    });
    assert.deepEqual(made['data'], { n: 3, quoted: '"3"', text: 'x 3' });
  });

  it('gives an object without a dollar sign back as it is', () => {
    const object = configMap({ a: 'yes' });
    assert.equal(substituteInObject(object, { variables, strict: true }), object);
  });

  it('says where the result is no YAML, and nothing of the values', () => {
    const secret = new Map([['secret', 'hunter2: [']]);
    assert.throws(
      () => substituteInObject(configMap({ a: '${secret}' }), { variables: secret, strict: true }),
      (error) =>
        isCapstanError(error, 'RENDER_INVALID') &&
        error.message.includes('YAMLToJSON') &&
        !`${error.message} ${JSON.stringify(error.data)} ${String(error.cause)}`.includes('hunter2'),
    );
  });

  it('is switched off by a label or an annotation, whose case counts', () => {
    const marked = (metadata: Readonly<Record<string, JsonValue>>): boolean =>
      isSubstitutionDisabled({ apiVersion: 'v1', kind: 'ConfigMap', metadata });
    assert.equal(marked({ labels: { [SUBSTITUTE_MARK]: 'disabled' } }), true);
    assert.equal(marked({ annotations: { [SUBSTITUTE_MARK]: 'disabled' } }), true);
    assert.equal(marked({ annotations: { [SUBSTITUTE_MARK]: 'Disabled' } }), false);
  });

  it('refuses names that no variable may have', () => {
    checkVariableNames(['_a', 'B9']);
    for (const name of ['9a', 'a-b', '', 'ä'])
      assert.throws(
        () => checkVariableNames([name]),
        (error) => isCapstanError(error, 'RENDER_INVALID'),
      );
  });
});

function configMap(data: Readonly<Record<string, JsonValue>>): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data };
}
