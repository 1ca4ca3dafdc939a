import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject, KubernetesObject } from '@capstan/object';
import { reasonsOf } from './reasons.ts';
import { appTree, nodesOf } from './tree.ts';

function application(status: JsonObject): KubernetesObject {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'shop', namespace: 'argocd' },
    spec: { syncPolicy: { automated: {} } },
    status,
  };
}

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', uid: 'd', generation: 1 },
  spec: { replicas: 1 },
  status: {
    observedGeneration: 1,
    conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'too late' }],
  },
};
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web-1', namespace: 'shop', ownerReferences: [{ uid: 'd' }] },
  spec: { restartPolicy: 'Always' },
  status: {
    phase: 'Pending',
    containerStatuses: [{ name: 'web', state: { waiting: { reason: 'ImagePullBackOff', message: 'not found' } } }],
  },
};
const listed = (kind: string, name: string, group = 'apps'): JsonObject => ({
  group,
  version: 'v1',
  kind,
  namespace: 'shop',
  name,
  status: 'Synced',
});

describe('the tree of an app', () => {
  it('holds what the app applies and what that owns', () => {
    const tree = appTree(application({ resources: [listed('Deployment', 'web')] }), [deployment, pod]);
    assert.deepEqual(
      nodesOf(tree).map(({ ref, sync }) => `${ref.kind} ${ref.name} ${sync ?? '-'}`),
      ['Deployment web Synced', 'Pod web-1 -'],
    );
  });

  it('says what is missing', () => {
    const [node] = appTree(application({ resources: [listed('Service', 'web', '')] }), []);
    assert.equal(node?.sync, 'Missing');
  });

  it('reads the inventory of a Kustomization, with colons in the names of RBAC objects', () => {
    const app: KubernetesObject = {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name: 'shop', namespace: 'flux-system' },
      status: {
        inventory: {
          entries: [
            { id: '_system__reader_rbac.authorization.k8s.io_ClusterRole', v: 'v1' },
            { id: 'shop_web__ConfigMap', v: 'v1' },
          ],
        },
      },
    };
    assert.deepEqual(
      appTree(app, []).map(({ ref }) => [ref.group, ref.kind, ref.namespace, ref.name]),
      [
        ['rbac.authorization.k8s.io', 'ClusterRole', '', 'system:reader'],
        ['', 'ConfigMap', 'shop', 'web'],
      ],
    );
  });

  it('survives objects that own one another', () => {
    const one = { apiVersion: 'v1', kind: 'A', metadata: { name: 'a', uid: 'a', ownerReferences: [{ uid: 'b' }] } };
    const two = { apiVersion: 'v1', kind: 'B', metadata: { name: 'b', uid: 'b', ownerReferences: [{ uid: 'a' }] } };
    const app = application({
      resources: [{ group: '', version: 'v1', kind: 'A', namespace: '', name: 'a', status: 'Synced' }],
    });
    assert.ok(nodesOf(appTree(app, [one, two])).length < 100);
  });
});

describe('why an app is as it is', () => {
  it('has no reason when all is well', () => {
    const app = application({ sync: { status: 'Synced' }, health: { status: 'Healthy' } });
    assert.deepEqual(reasonsOf({ app, needs: [], tree: [], warnings: ['something else'] }), []);
  });

  it('names the resource that is degraded, and the pod behind it', () => {
    const app = application({ sync: { status: 'Synced' }, resources: [listed('Deployment', 'web')] });
    const reasons = reasonsOf({
      app,
      needs: [],
      tree: appTree(app, [deployment, pod]),
      warnings: ['Pod web-1: Failed'],
    });
    assert.deepEqual(
      reasons.map(({ what }) => what),
      ['Deployment.apps shop/web is degraded', 'Pod shop/web-1 is degraded', 'A warning was reported'],
    );
  });

  it('names the source that a Kustomization waits for', () => {
    const app: KubernetesObject = {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name: 'shop', namespace: 'flux-system' },
      status: { conditions: [{ type: 'Ready', status: 'False', reason: 'ArtifactFailed', message: 'no artifact' }] },
    };
    const source: KubernetesObject = {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'GitRepository',
      metadata: { name: 'repo', namespace: 'flux-system' },
      status: { conditions: [{ type: 'Ready', status: 'False', reason: 'AuthenticationFailed', message: 'denied' }] },
    };
    const warnings = ['Kustomization shop: ArtifactFailed: no artifact'];
    const reasons = reasonsOf({ app, needs: [source], tree: [], warnings });
    assert.deepEqual(
      reasons.map(({ what, detail }) => `${what}: ${detail}`),
      [
        'What its source holds cannot be read: ArtifactFailed: no artifact',
        'GitRepository flux-system/repo is not ready: its credentials cannot be used: AuthenticationFailed: denied',
      ],
    );
  });

  const project: KubernetesObject = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AppProject',
    metadata: { name: 'team', namespace: 'argocd' },
    spec: { sourceRepos: ['https://git.example/*'] },
  };

  it('tells what the project allows in place of what it refuses', () => {
    const message = "application repo https://other/x is not permitted in project 'team'";
    const app = application({
      conditions: [{ type: 'InvalidSpecError', message }],
      sync: { status: 'Unknown' },
      operationState: {
        phase: 'Failed',
        message: 'one or more synchronization tasks are not valid: resource :Secret is not permitted in project team',
      },
    });
    const reasons = reasonsOf({ app, needs: [], tree: [], warnings: [], project: { project, windows: undefined } });
    assert.deepEqual(
      reasons.map(({ what, detail, hint }) => [what, detail.split('\n').at(-1), hint]),
      [
        [
          'Project team does not allow the repository https://other/x',
          'its sourceRepos: ["https://git.example/*"]',
          'look at spec.sourceRepos of AppProject team',
        ],
        [
          'The last sync failed',
          'one or more synchronization tasks are not valid: resource :Secret is not permitted in project team',
          'capstan sync shop',
        ],
        [
          'Project team does not allow the kind :Secret',
          'AppProject.argoproj.io argocd/team says nothing of it',
          'look at spec.clusterResourceWhitelist of AppProject team',
        ],
      ],
    );
  });

  it('tells which sync windows are closed, who may sync all the same, and when they open', () => {
    const windows = {
      blocking: [
        { kind: 'deny', schedule: '0 22 * * *', duration: '8h', timeZone: 'Europe/Zurich', description: 'at night' },
      ],
      manual: true,
      opensAt: '2026-01-16T05:00:00.000Z',
      problem: '',
    };
    const app = application({ sync: { status: 'OutOfSync' } });
    const evidence = { needs: [], tree: [], warnings: [], project: { project, windows } };
    assert.deepEqual(reasonsOf({ app, ...evidence }), [
      {
        what: "The project's sync windows are closed",
        detail:
          'open, and denies: "0 22 * * *" for 8h (Europe/Zurich): at night\nautomation goes on at 2026-01-16T05:00:00.000Z',
        hint: 'capstan sync shop',
      },
    ]);
    assert.deepEqual(reasonsOf({ app: application({ sync: { status: 'Synced' } }), ...evidence }), []);
  });
});
