import { describe, it } from 'node:test';
import assert from 'node:assert/strict';
import type { KubernetesObject } from '@capstan/object';
import { reversePrunes, sortTasks, type OrderedTask } from './order.ts';

function object(kind: string, name: string, rest: Partial<KubernetesObject> = {}): KubernetesObject {
  return { apiVersion: 'v1', kind, metadata: { name }, ...rest };
}

function apply(target: KubernetesObject, at: Partial<OrderedTask> = {}): OrderedTask {
  return { phase: 'Sync', wave: 0, target, live: undefined, ...at };
}

function prune(name: string, wave: number): OrderedTask {
  return { phase: 'Sync', wave, target: undefined, live: object('Pod', name) };
}

describe('the order of tasks', () => {
  it('is by phase, wave, kind and name', () => {
    const tasks = [
      apply(object('Workflow', 'a')),
      apply(object('Pod', 'b')),
      apply(object('Pod', 'a')),
      apply(object('Secret', 'z')),
      apply(object('Pod', 'late'), { wave: 1 }),
      apply(object('Job', 'first'), { phase: 'PreSync', wave: 7 }),
    ];
    const names = sortTasks(tasks).map(({ target }) => target?.metadata['name']);
    assert.deepEqual(names, ['first', 'z', 'a', 'b', 'a', 'late']);
  });

  it('puts a Namespace before the first object that lives in it, into that wave and phase', () => {
    const namespace = apply(object('Namespace', 'shop'), { wave: 3 });
    const job = apply(object('Job', 'migrate', { metadata: { name: 'migrate', namespace: 'shop' } }), {
      phase: 'PreSync',
      wave: -1,
    });
    assert.deepEqual(sortTasks([job, namespace]), [namespace, job]);
    assert.deepEqual([namespace.phase, namespace.wave], ['PreSync', -1]);
  });

  it('puts a CRD before the first object of its kind', () => {
    const definition = apply(
      object('CustomResourceDefinition', 'widgets.example.com', {
        apiVersion: 'apiextensions.k8s.io/v1',
        spec: { group: 'example.com', names: { kind: 'Widget' } },
      }),
      { wave: 2 },
    );
    const widget = apply(object('Widget', 'w', { apiVersion: 'example.com/v1' }));
    assert.deepEqual(sortTasks([widget, definition]), [definition, widget]);
    assert.equal(definition.wave, 0);
  });

  it('mirrors the waves of prunes and leaves those of applies alone', () => {
    const [first, middle, last, kept] = [
      prune('a', 0),
      prune('b', 1),
      prune('c', 5),
      apply(object('Pod', 'd'), { wave: 5 }),
    ];
    reversePrunes([first, middle, last, kept], () => false);
    assert.deepEqual(
      [first, middle, last, kept].map(({ wave }) => wave),
      [5, 1, 0, 5],
    );
  });

  it('prunes last, one wave after all else of the Sync phase, where that is asked for', () => {
    const [first, second] = [prune('a', 0), prune('b', 3)];
    const hook = apply(object('Job', 'after'), { phase: 'PostSync', wave: 9 });
    reversePrunes([first, second, hook], (live) => live.metadata['name'] === 'a');
    assert.deepEqual([first.wave, second.wave], [4, 0]);
  });
});
