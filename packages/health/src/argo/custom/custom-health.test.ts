import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isJsonObject, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import { builtInHealth } from '../../argo-health.ts';

type Row = readonly [fields: JsonObject, status: string, message?: string];

function object(apiVersion: string, kind: string, fields: JsonObject): KubernetesObject {
  const metadata = fields['metadata'];
  return {
    spec: {},
    ...fields,
    apiVersion,
    kind,
    metadata: { name: 'x', ...(isJsonObject(metadata) ? metadata : {}) },
  };
}

function check(apiVersion: string, kind: string, rows: readonly Row[]) {
  for (const [fields, status, message] of rows) {
    const expected = message === undefined ? { status } : { status, message };
    assert.deepEqual(builtInHealth(object(apiVersion, kind, fields)), expected, JSON.stringify(fields));
  }
}

function told(...conditions: readonly JsonValue[]): JsonObject {
  return { status: { conditions } };
}

function condition(type: string, status: string, reason?: string, message?: string): JsonObject {
  return { type, status, ...(reason === undefined ? {} : { reason }), ...(message === undefined ? {} : { message }) };
}

describe('the health of a custom kind', () => {
  it('is that of its condition Ready, with its message', () => {
    check('cert-manager.io/v1', 'Certificate', [
      [{}, 'Progressing', 'Waiting for certificate'],
      [told(condition('Ready', 'Unknown', 'r', 'm')), 'Progressing', 'Waiting for certificate'],
      [told(condition('Ready', 'True', 'r', 'm')), 'Healthy', 'm'],
      [told(condition('Ready', 'False')), 'Degraded'],
      [told(condition('Ready', 'True', 'r', 'm'), condition('Issuing', 'True', 'r', 'anew')), 'Progressing', 'anew'],
    ]);
  });

  it('is that of the first condition that a rule is for, not of the first rule', () => {
    const [failed, ready] = [condition('Failed', 'True'), condition('Ready', 'True')];
    check('capabilities.3scale.net/v1beta1', 'OpenAPI', [
      [told(ready, failed), 'Healthy', '3scale OpenAPI is ready'],
      [told(failed, ready), 'Degraded', '3scale OpenAPI reconciliation failed'],
    ]);
  });

  it('is that of its phase', () => {
    check('acid.zalan.do/v1', 'postgresql', [
      [{}, 'Progressing', 'Waiting for postgres cluster status...'],
      [{ status: { PostgresClusterStatus: 'Running' } }, 'Healthy', 'Running'],
      [{ status: { PostgresClusterStatus: 'SyncFailed' } }, 'Degraded', 'SyncFailed'],
    ]);
    check('argoproj.io/v1alpha1', 'AnalysisRun', [
      [{ status: { phase: 'Inconclusive' } }, 'Unknown', 'Analysis run was inconclusive'],
      [{ status: { phase: 'Failed', message: 'metric' } }, 'Degraded', 'metric'],
      [{ status: { phase: 'Novel' } }, 'Progressing'],
    ]);
  });

  it('is Unknown where the check cannot read the object, and says what it missed', () => {
    const missed = 'the health check of this kind cannot read the object: ';
    check('lifecycle.keptn.sh/v1', 'KeptnTask', [
      [{}, 'Unknown', `${missed}what holds "status" (of status.status) is absent`],
      [{ status: { status: 'Succeeded' } }, 'Healthy', 'KeptnTask is healthy'],
    ]);
    check('psmdb.percona.com/v1', 'PerconaServerMongoDB', [
      [{ status: { state: 'ready' } }, 'Unknown', `${missed}a part of the message is absent`],
      [{ status: { state: 'ready', ready: 3, size: 3 } }, 'Healthy', '3/3 node(s) are ready'],
    ]);
  });

  it("goes before the rule of Go's for the kind, and stands for every version", () => {
    check('batch/v1', 'CronJob', [[{ spec: { suspend: true } }, 'Healthy', 'CronJob is Suspended']]);
    check('policy/v1beta1', 'PodDisruptionBudget', [[{}, 'Progressing', 'Waiting for status']]);
  });

  it('counts what a Flux object tells', () => {
    const [ready, stored] = [condition('Ready', 'True', 'Succeeded'), condition('ArtifactInStorage', 'True', 'Stored')];
    const outdated = condition('ArtifactOutdated', 'True', 'NewRevision');
    check('source.toolkit.fluxcd.io/v1', 'GitRepository', [
      [{ spec: { suspend: true } }, 'Suspended', 'GitRepository is suspended'],
      [{}, 'Progressing', 'Status unknown'],
      [told(ready, stored), 'Healthy', 'Succeeded'],
      [told(ready), 'Degraded', 'Succeeded'],
      [told(ready, outdated, stored), 'Healthy', 'Succeeded NewRevision'],
      [told(condition('Ready', 'Unknown', 'Fetching'), condition('Reconciling', 'True')), 'Progressing', 'Fetching'],
    ]);
    check('source.toolkit.fluxcd.io/v1', 'HelmRepository', [
      [
        { spec: { type: 'oci' } },
        'Healthy',
        "Helm repositories of type 'oci' do not contain any information in the status.",
      ],
    ]);
  });

  it('of a Rollout is its phase once its generation is observed, whatever the phase is', () => {
    const observed = { metadata: { generation: 2 } };
    const behind = 'Waiting for rollout spec update to be observed';
    check('argoproj.io/v1alpha1', 'Rollout', [
      [observed, 'Progressing', behind],
      [{ ...observed, status: { observedGeneration: '1', phase: 'Healthy' } }, 'Progressing', behind],
      [{ ...observed, status: { observedGeneration: '2', phase: 'Paused', message: 'step' } }, 'Suspended', 'step'],
      [{ ...observed, status: { observedGeneration: '5c9b', phase: 'Healthy' } }, 'Healthy'],
      [{ ...observed, status: { phase: 'Odd' } }, 'Unknown', 'Lua returned an invalid health status'],
    ]);
  });

  it('of a Rollout without a phase is what its replicas and its strategy come to', () => {
    const status = { conditions: [], currentPodHash: 'h', replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
    const canary = { spec: { strategy: { canary: {} } } };
    const steps = 'Waiting for rollout to finish steps';
    check('argoproj.io/v1alpha1', 'Rollout', [
      [{ ...canary, status: { ...status, stableRS: 'h' } }, 'Healthy'],
      [{ ...canary, status }, 'Progressing', steps],
      [
        { ...canary, status: { ...status, replicas: 2 } },
        'Progressing',
        'Waiting for roll out to finish: old replicas are pending termination',
      ],
      [{ ...canary, status: { ...status, pauseConditions: [{}] } }, 'Suspended', 'Rollout is paused'],
      [
        { spec: { strategy: { blueGreen: {} } }, status: { ...status, blueGreen: { activeSelector: 'old' } } },
        'Progressing',
        'active service cutover pending',
      ],
    ]);
  });

  it('of a route is what its parents tell of this generation', () => {
    const parent = (...conditions: JsonObject[]) => ({ parentRef: { name: 'gw' }, conditions });
    const accepted = { ...condition('Accepted', 'True'), observedGeneration: 1 };
    const route = (generation: number, ...parents: JsonObject[]) => ({ metadata: { generation }, status: { parents } });
    const waiting = 'Waiting for HTTPRoute status';
    check('gateway.networking.k8s.io/v1', 'HTTPRoute', [
      [route(1, parent(accepted)), 'Healthy', 'HTTPRoute is healthy'],
      [route(2, parent(accepted)), 'Progressing', waiting],
      [route(1, parent()), 'Progressing', waiting],
      [
        route(1, parent(accepted, condition('ResolvedRefs', 'False', 'r', 'no backend'))),
        'Degraded',
        'Parent gw: no backend',
      ],
    ]);
    check('gateway.networking.k8s.io/v1', 'GRPCRoute', [
      [route(2, parent(accepted)), 'Healthy', 'GRPCRoute is healthy'],
    ]);
  });

  it('of any kind of a provider of Crossplane tells whether it is synced and ready', () => {
    const rows: readonly Row[] = [
      [{}, 'Healthy', 'Resource is up-to-date.'],
      [{ status: {} }, 'Progressing', 'Provisioning ...'],
      [told(condition('Ready', 'True'), condition('Synced', 'False', 'r', 'denied')), 'Degraded', 'denied'],
      [told(condition('Synced', 'True'), condition('Ready', 'True')), 'Healthy', 'Resource is up-to-date.'],
    ];
    check('sql.gcp.upbound.io/v1beta1', 'DatabaseInstance', rows);
    check('pkg.crossplane.io/v1', 'Function', rows);
    check('aws.upbound.io/v1beta1', 'ProviderConfig', [
      [{ status: {} }, 'Healthy', 'Resource is up-to-date.'],
      [{ status: { users: 1 } }, 'Healthy', 'Resource is in use.'],
    ]);
  });

  it('of a policy is what every ancestor tells of this generation', () => {
    const ancestor = (...conditions: JsonObject[]) => ({ ancestorRef: { name: 'gw' }, conditions });
    const policy = (...ancestors: JsonObject[]) => ({ metadata: { generation: 1 }, status: { ancestors } });
    const resolved = { ...condition('ResolvedRefs', 'True'), observedGeneration: 1 };
    check('microgateway.airlock.com/v1alpha1', 'ContentSecurityPolicy', [
      [{}, 'Progressing', 'Waiting for ContentSecurityPolicy status'],
      [policy(ancestor(resolved)), 'Degraded', 'Ancestor gw: ContentSecurityPolicy is not accepted'],
      [
        policy(ancestor(condition('Accepted', 'True'))),
        'Progressing',
        'Waiting for Ancestor gw to update ContentSecurityPolicy status',
      ],
    ]);
    check('microgateway.airlock.com/v1alpha1', 'Parser', [[{}, 'Healthy', 'Parser is healthy']]);
    check('gateway.networking.k8s.io/v1', 'BackendTLSPolicy', [
      [policy(ancestor(condition('Accepted', 'True'))), 'Healthy', 'BackendTLSPolicy is healthy'],
    ]);
  });

  it('of a kind of the GitOps Promoter tells of finalizers while it is deleted', () => {
    const finalizers = ['example.org/other', 'scmprovider.promoter.argoproj.io/finalizer'];
    check('promoter.argoproj.io/v1alpha1', 'ScmProvider', [
      [
        { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers } },
        'Progressing',
        'ScmProvider is being deleted. scmprovider.promoter.argoproj.io/finalizer: Waiting until no GitRepository in ' +
          'this namespace still references this provider. Risk if removed manually: GitRepository objects can ' +
          'reference a provider that no longer exists.',
      ],
      [told(condition('Ready', 'Unknown')), 'Progressing', 'SCM provider readiness unknown (Unknown): Unknown'],
      [told(condition('Ready', 'False', 'Odd', 'm')), 'Degraded', 'SCM provider not ready (Odd): m'],
      [told(condition('Ready', 'True')), 'Healthy', 'SCM provider is ready'],
    ]);
  });

  it('of a PromotionStrategy tells how many commit statuses each environment waits for', () => {
    const side = (sha: string, ...commitStatuses: JsonObject[]) => ({ dry: { sha }, commitStatuses });
    const strategy = (...environments: JsonObject[]) => ({
      status: { conditions: [condition('Ready', 'True')], environments },
    });
    const pending = { key: 'tests', phase: 'pending' };
    check('promoter.argoproj.io/v1alpha1', 'PromotionStrategy', [
      [strategy(), 'Degraded', 'Promotion strategy has no environments configured'],
      [
        strategy({ branch: 'dev', active: side('aaaaaaaaaa'), proposed: side('bbbbbbbbbb', pending) }),
        'Progressing',
        "Promotion in progress for environment 'dev' from 'aaaaaaa' to 'bbbbbbb': 1 pending, 0 successful, 0 failed. " +
          "Pending commit statuses: tests. Hydrator has processed dry commit 'bbbbbbb'. ",
      ],
      [
        strategy({ branch: 'dev', active: side('aaaaaaaaaa', pending), proposed: side('aaaaaaaaaa') }),
        'Healthy',
        'Environments are up-to-date, but some environments have non-successful commit statuses: ' +
          'dev (0 failed, 1 pending).',
      ],
    ]);
  });
});
