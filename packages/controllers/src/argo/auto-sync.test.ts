import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ApplicationSpec } from './application.ts';
import { autoSync, healDelay, type AutoSync } from './auto-sync.ts';
import type { Comparison, ManagedObject } from './compare/comparison.ts';
import type { OperationState } from './operation/state.ts';
import { defaultSettings } from './settings/argo-settings.ts';

const heal = defaultSettings.selfHeal;

const source = { repoURL: 'https://git.example/repo', path: 'app', targetRevision: 'main' };
const NOW = Date.parse('2026-01-01T00:10:00Z');

function object(name: string, rest: Partial<ManagedObject> = {}): ManagedObject {
  return {
    ref: { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'shop', name },
    target: undefined,
    live: undefined,
    sync: 'Synced',
    hook: false,
    requiresPruning: false,
    wave: 0,
    differences: [],
    ...rest,
  };
}

const extra = (name: string): ManagedObject => object(name, { sync: 'OutOfSync', requiresPruning: true });

function decide(
  automated: NonNullable<ApplicationSpec['syncPolicy']>['automated'],
  managed: readonly ManagedObject[],
  last?: Partial<OperationState>,
  rest: Partial<NonNullable<ApplicationSpec['syncPolicy']>> = {},
): AutoSync {
  const code = managed.every(({ sync }) => sync === 'Synced') ? 'Synced' : 'OutOfSync';
  const comparison: Comparison = {
    sync: code,
    own: code,
    health: 'Healthy',
    managed,
    shared: [],
    claimed: [],
    disputes: [],
    unplaced: [],
  };
  const spec: ApplicationSpec = {
    project: 'default',
    source,
    destination: { server: 'https://kubernetes.default.svc' },
    syncPolicy: { automated, ...rest },
  };
  return autoSync({
    application: { spec, operation: undefined },
    comparison,
    revisions: ['c2'],
    heal,
    last:
      last === undefined
        ? undefined
        : {
            phase: 'Succeeded',
            message: '',
            operation: {},
            startedAt: '2026-01-01T00:00:00Z',
            retryCount: 0,
            resources: [],
            source,
            revisions: ['c2'],
            ...last,
          },
    now: NOW,
  });
}

const drifted = [object('a', { sync: 'OutOfSync' }), object('b')];

describe('automation', () => {
  it('syncs a revision once, with what the policy says', () => {
    assert.deepEqual(decide({ prune: true }, drifted, undefined, { syncOptions: ['CreateNamespace=true'] }), {
      kind: 'start',
      heals: false,
      operation: {
        initiatedBy: { automated: true },
        retry: { limit: 5 },
        sync: { prune: true, revision: 'c2', source, syncOptions: ['CreateNamespace=true'] },
      },
    });
  });

  it('does nothing where all is in sync, where it is off, and where only prunes are left that it may not make', () => {
    assert.equal(decide({}, [object('a')]).kind, 'none');
    assert.equal(decide(undefined, drifted).kind, 'none');
    assert.equal(decide({ enabled: false }, drifted).kind, 'none');
    assert.equal(decide({}, [object('a'), extra('b')]).kind, 'none');
  });

  it('does not repeat a revision that was synced, nor one that failed, but says why', () => {
    assert.equal(decide({}, drifted, {}).kind, 'none');
    assert.deepEqual(decide({}, drifted, { phase: 'Failed', message: 'no' }), {
      kind: 'error',
      message: 'Failed last sync attempt to [c2]: no',
    });
  });

  it('takes a new revision, or another source of the same one, for news', () => {
    assert.equal(decide({}, drifted, { revisions: ['c1'] }).kind, 'start');
    assert.equal(decide({}, drifted, { source: { ...source, path: 'other' } }).kind, 'start');
  });

  it('heals what has drifted, and only that', () => {
    const decided = decide({ selfHeal: true }, drifted, {});
    assert.equal(decided.kind, 'start');
    assert.deepEqual(decided.kind === 'start' && decided.operation.sync?.resources, [{ kind: 'ConfigMap', name: 'a' }]);
    assert.equal(decided.kind === 'start' && decided.operation.sync?.autoHealAttemptsCount, 1);
  });

  it('heals ever more slowly: at once, then after 2 s × 3ⁿ, at most 300 s', () => {
    assert.deepEqual(
      [0, 1, 2, 3, 9].map((heals) => healDelay(heals, heal)),
      [0, 2_000, 6_000, 18_000, 300_000],
    );
    const settings = { baseMs: 5_000, factor: 2, capMs: 15_000, fixedMs: 0 };
    assert.deepEqual(
      [1, 2, 3].map((heals) => healDelay(heals, settings)),
      [5_000, 10_000, 15_000],
    );
    const fixed = { ...settings, baseMs: 0, fixedMs: 7_000 };
    assert.deepEqual(
      [0, 1, 5].map((heals) => healDelay(heals, fixed)),
      [7_000, 7_000, 7_000],
    );
    const healed = { operation: { sync: { autoHealAttemptsCount: 3 } }, finishedAt: '2026-01-01T00:09:50Z' };
    assert.deepEqual(decide({ selfHeal: true }, drifted, healed), { kind: 'later', afterMs: 8_000 });
  });

  it('refuses to delete everything, unless that is allowed', () => {
    assert.deepEqual(decide({ prune: true }, [extra('a')]), {
      kind: 'error',
      message: 'Skipping sync attempt to [c2]: auto-sync will wipe out all resources',
    });
    assert.equal(decide({ prune: true, allowEmpty: true }, [extra('a')]).kind, 'start');
    assert.equal(decide({ prune: true }, [extra('a'), object('b')]).kind, 'start');
  });

  it('takes the retry of the policy, and leaves out a limit of none', () => {
    const decided = decide({}, drifted, undefined, { retry: { limit: 0, backoff: { duration: '1m' } } });
    assert.deepEqual(decided.kind === 'start' && decided.operation.retry, { backoff: { duration: '1m' } });
  });
});
