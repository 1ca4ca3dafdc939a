import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from '@capstan/yaml';
import { strategicMerge } from './strategic-merge.ts';
import { isMapping, thaw, type Mapping } from './value.ts';

function mapping(text: string): Mapping {
  const value = thaw(parse(text));
  assert.ok(isMapping(value));
  return value;
}

const merged = (target: string, patch: string) => strategicMerge(mapping(target), mapping(patch));
const service = (spec: string) => `{apiVersion: v1, kind: Service, metadata: {name: s}, spec: ${spec}}`;
const pod = (spec: string) => `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: ${spec}}`;
const thing = (spec: string) => `{apiVersion: example.org/v1, kind: Thing, metadata: {name: t}, spec: ${spec}}`;
const specOf = (object: Mapping | undefined) => object?.['spec'];

describe('a strategic merge', () => {
  it('merges mappings, takes scalars of the patch and deletes by null', () => {
    const result = merged(thing('{a: 1, b: {c: 2, d: 3}, e: 4}'), thing('{a: 5, b: {c: null}, f: null}'));
    assert.deepEqual(specOf(result), { a: 5, b: { d: 3 }, e: 4 });
  });

  it('merges lists of built-in kinds by their keys, and replaces those of other kinds', () => {
    assert.deepEqual(
      specOf(merged(pod('{volumes: [{name: a, x: 1}, {name: b}]}'), pod('{volumes: [{name: c}, {name: a, y: 2}]}'))),
      { volumes: [{ name: 'c' }, { name: 'a', x: 1, y: 2 }, { name: 'b' }] },
    );
    assert.deepEqual(specOf(merged(thing('{volumes: [{name: a}]}'), thing('{volumes: [{name: b}]}'))), {
      volumes: [{ name: 'b' }],
    });
  });

  it('takes ports of one number for different ones by protocol, and keeps their order', () => {
    const target = service('{ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]}');
    assert.deepEqual(
      specOf(merged(target, service('{ports: [{port: 53, protocol: TCP, name: t}, {port: 80, protocol: TCP}]}'))),
      {
        ports: [
          { port: 80, protocol: 'TCP' },
          { port: 53, protocol: 'UDP' },
          { port: 53, protocol: 'TCP', name: 't' },
        ],
      },
    );
  });

  it('follows directives on elements, lists, mappings and the object', () => {
    const target = pod('{volumes: [{name: a}, {name: b}], nodeSelector: {x: y}}');
    assert.deepEqual(specOf(merged(target, pod('{volumes: [{name: a, $patch: delete}]}'))), {
      volumes: [{ name: 'b' }],
      nodeSelector: { x: 'y' },
    });
    assert.deepEqual(
      specOf(merged(target, pod('{volumes: [{$patch: replace}, {name: c}], nodeSelector: {$patch: replace, z: w}}'))),
      {
        volumes: [{ name: 'c' }],
        nodeSelector: { z: 'w' },
      },
    );
    assert.equal(merged(target, '{$patch: delete}'), undefined);
    assert.throws(() => merged(target, pod('{nodeSelector: {$patch: whatever}}')), { code: 'RENDER_INVALID' });
  });

  it('merges lists of plain values without doubles', () => {
    const meta = (finalizers: string) => `{apiVersion: v1, kind: Pod, metadata: {name: p, finalizers: ${finalizers}}}`;
    assert.deepEqual(merged(meta('[a, b]'), meta('[c, a]'))?.['metadata'], { name: 'p', finalizers: ['c', 'a', 'b'] });
  });

  it('refuses a patch of another shape', () => {
    assert.throws(() => merged(thing('{a: {b: 1}}'), thing('{a: [1]}')), { code: 'RENDER_INVALID' });
  });
});
