import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import type { JsonObject, KubernetesObject } from '@capstan/object';
import { deploymentsOf, rollbackOf } from './rollback-argo.ts';

const source = { repoURL: 'https://example.com/repo.git', path: 'app' };
const deployment = (id: number): JsonObject => ({
  id,
  deployedAt: `2026-01-0${id + 1}T00:00:00Z`,
  revision: `commit-${id}`,
  source,
  initiatedBy: id === 0 ? { automated: true } : { username: 'ada' },
});

function application(
  spec: JsonObject = {},
  history: readonly JsonObject[] = [0, 1, 2].map(deployment),
): KubernetesObject {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'shop', namespace: 'argocd' },
    spec,
    status: { history },
  };
}

const wish = { prune: false, dryRun: false };

describe('a rollback of an Application', () => {
  it('brings back the deployment before the last one, without hooks', () => {
    const { sync } = rollbackOf(application({ syncPolicy: { syncOptions: ['Validate=false'] } }), wish);
    assert.deepEqual(sync, {
      revision: 'commit-1',
      source,
      syncOptions: ['Validate=false'],
      syncStrategy: { apply: {} },
    });
  });

  it('brings back the one that is asked for', () => {
    const { deployment: found, sync } = rollbackOf(application(), { ...wish, id: 0, prune: true });
    assert.deepEqual([found.initiatedBy, sync['revision'], sync['prune']], ['automation', 'commit-0', true]);
  });

  it('brings back several sources in the plural', () => {
    const several = { id: 3, sources: [source, source], revisions: ['a', 'b'] };
    const { sync } = rollbackOf(application({}, [several]), { ...wish, id: 3 });
    assert.deepEqual([sync['sources'], sync['revisions'], sync['source']], [[source, source], ['a', 'b'], undefined]);
  });

  it('is refused where the Application would undo it', () => {
    const automated = application({ syncPolicy: { automated: {} } });
    assert.throws(
      () => rollbackOf(automated, wish),
      (error) => isCapstanError(error, 'APP_BLOCKED'),
    );
    assert.ok(rollbackOf(application({ syncPolicy: { automated: { enabled: false } } }), wish));
  });

  it('is refused where there is nothing to go back to', () => {
    const isUsage = (error: unknown): boolean => isCapstanError(error, 'USAGE');
    assert.throws(() => rollbackOf(application({}, [deployment(0)]), wish), isUsage);
    assert.throws(() => rollbackOf(application(), { ...wish, id: 9 }), isUsage);
    assert.deepEqual(deploymentsOf(application({}, [])), []);
  });
});
