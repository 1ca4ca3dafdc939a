import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { parse } from '@capstan/yaml';
import { mergeThreeWay } from './three-way-merge.ts';
import { isMapping, thaw, type Mapping } from './value.ts';

const mapping = (text: string): Mapping => {
  const value = thaw(parse(text));
  assert.ok(isMapping(value));
  return value;
};
const merged = (local: string, origin: string, updated: string) =>
  mergeThreeWay(mapping(local), mapping(origin), mapping(updated));

describe('a three-way merge', () => {
  it('takes what upstream changed or took away and keeps what only stands here', () => {
    assert.deepEqual(merged('{a: 1, b: 2, c: 3, mine: 4}', '{a: 1, b: 2, c: 3}', '{a: 9, b: 2, new: 5}'), {
      a: 9,
      b: 2,
      mine: 4,
      new: 5,
    });
  });

  it('keeps a change made here where upstream made none, and what was cleared here stays away', () => {
    assert.deepEqual(merged('{a: 7, b: null}', '{a: 1, b: 2}', '{a: 1, b: 3}'), { a: 7 });
  });

  it('merges containers by their names and leaves lists without keys whole', () => {
    const head = 'apiVersion: apps/v1, kind: Deployment';
    const pod = (inner: string) => `{${head}, spec: {template: {spec: {containers: [${inner}]}}}}`;
    const result = merged(
      pod('{name: a, args: [x], image: i:1}, {name: mine, image: m}'),
      pod('{name: a, args: [x], image: i:1}, {name: gone, image: g}'),
      pod('{name: a, args: [y, z], image: i:2}'),
    );
    assert.deepEqual(result, mapping(pod('{name: a, args: [y, z], image: i:2}, {name: mine, image: m}')));
  });

  it('refuses sides of different kinds', () => {
    assert.throws(
      () => merged('{a: [1]}', '{a: {b: 1}}', '{a: {b: 2}}'),
      (error) => isCapstanError(error, 'RENDER_INVALID'),
    );
  });
});
