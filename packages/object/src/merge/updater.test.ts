import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '../json-value.ts';
import { deducedType } from '../schema/deduced.ts';
import { asTyped } from '../typed/typed-value.ts';
import { formatConflicts } from './conflict.ts';
import { applyConfig, updateManagers, type Managers, type UpdaterOptions } from './updater.ts';

/** An object with its managers, and writes to it one after the other. */
class Story {
  object: JsonObject = {};
  managers: Managers = new Map();
  readonly #options: UpdaterOptions;

  constructor(options: Partial<UpdaterOptions> = {}) {
    this.#options = { convert: (value) => value, ...options };
  }

  apply(manager: string, config: JsonObject, force = false): string {
    const [live, applied] = [asTyped(this.object, deducedType), asTyped(config, deducedType)];
    const request = { live, config: applied, apiVersion: 'v1', managers: this.managers, manager, force };
    const outcome = applyConfig(request, this.#options);
    if (outcome.kind === 'conflict') return formatConflicts(outcome.conflicts);
    this.managers = outcome.managers;
    if (outcome.object === undefined) return 'nothing to do';
    this.object = outcome.object.value as JsonObject;
    return 'applied';
  }

  update(manager: string, updated: JsonObject, apiVersion = 'v1'): void {
    const [live, after] = [asTyped(this.object, deducedType), asTyped(updated, deducedType)];
    this.managers = updateManagers(
      { live, updated: after, apiVersion, managers: this.managers, manager },
      this.#options,
    );
    this.object = updated;
  }

  owners(): Record<string, string> {
    return Object.fromEntries(
      [...this.managers].map(([name, { set }]) => [name, set.toString().replaceAll('\n', ' ')]),
    );
  }
}

describe('applying', () => {
  it('changes nothing the second time', () => {
    const story = new Story();
    assert.equal(story.apply('a', { x: 1, y: { z: 2 } }), 'applied');
    assert.equal(story.apply('a', { x: 1, y: { z: 2 } }), 'nothing to do');
    assert.deepEqual(story.owners(), { a: '.x .y .y.z' });
  });

  it('removes what the manager leaves out and nobody else owns', () => {
    const story = new Story();
    story.apply('a', { w: 0, x: 1, y: 2, z: 3 });
    story.apply('b', { y: 2 });
    story.update('c', { ...story.object, z: 4 });
    assert.equal(story.apply('a', { x: 1 }), 'applied');
    assert.deepEqual(story.object, { x: 1, y: 2, z: 4 });
    assert.deepEqual(story.owners(), { a: '.x', b: '.y', c: '.z' });
  });

  it('meets a conflict over what another one owns with another value, and takes it when forced', () => {
    const story = new Story();
    story.apply('a', { x: 1, y: 1 });
    assert.equal(story.apply('b', { x: 2 }), 'conflict with "a": .x');
    assert.equal(story.apply('b', { x: 2, y: 2 }), 'conflicts with "a":\n- .x\n- .y');
    assert.deepEqual(story.object, { x: 1, y: 1 });
    assert.equal(story.apply('b', { x: 2 }, true), 'applied');
    assert.deepEqual(story.owners(), { a: '.y', b: '.x' });
  });

  it('shares what two managers want alike', () => {
    const story = new Story();
    story.apply('a', { x: 1 });
    assert.equal(story.apply('b', { x: 1 }), 'nothing to do');
    assert.deepEqual(story.owners(), { a: '.x', b: '.x' });
    story.apply('a', { y: 1 });
    assert.deepEqual(story.object, { x: 1, y: 1 });
  });

  it('never owns what the resource resets', () => {
    const exclude = { kind: 'exclude', exclude: statusOnly() } as const;
    const story = new Story({ filterFor: () => exclude });
    story.apply('a', { spec: { x: 1 }, status: { y: 1 } });
    assert.deepEqual(story.owners(), { a: '.spec .spec.x' });
  });

  it('forgets managers whose version does not exist any more', () => {
    const story = new Story({ convert: (value, version) => (version === 'gone' ? undefined : value) });
    story.update('old', { x: 1 }, 'gone');
    story.apply('a', { y: 1 });
    assert.deepEqual(story.owners(), { a: '.y' });
  });
});

describe('updating', () => {
  it('gives the manager what it changes and takes that from the others', () => {
    const story = new Story();
    story.update('a', { x: 1, y: 1 });
    story.update('b', { x: 2, y: 1, z: 1 });
    assert.deepEqual(story.owners(), { a: '.y', b: '.x .z' });
  });

  it('takes what is removed from everyone', () => {
    const story = new Story();
    story.apply('a', { x: 1, y: 1 });
    story.update('b', { x: 1 });
    assert.deepEqual(story.owners(), { a: '.x' });
    story.update('b', {});
    assert.deepEqual(story.owners(), {});
  });
});

function statusOnly() {
  const managers = updateManagers(
    {
      live: asTyped({}, deducedType),
      updated: asTyped({ status: {} }, deducedType),
      apiVersion: 'v1',
      managers: new Map(),
      manager: 'm',
    },
    { convert: (value) => value },
  );
  const set = managers.get('m')?.set;
  assert.ok(set);
  return set;
}
