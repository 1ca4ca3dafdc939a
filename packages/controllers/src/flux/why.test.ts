import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject, KubernetesObject } from '@capstan/object';
import { reasonsOf, type Reason } from '@capstan/views';
import { reason } from './names.ts';

/** Reasons of what goes well or is under way: there is nothing to mend. */
const unproblematic: ReadonlySet<string> = new Set([
  reason.progressing,
  reason.progressingWithRetry,
  reason.succeeded,
  reason.reconciliationSucceeded,
  reason.newArtifact,
  reason.garbageCollectionSucceeded,
]);

function resource(conditions: readonly JsonObject[], more: JsonObject = {}): KubernetesObject {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'app', namespace: 'shop' },
    status: { conditions: [...conditions] },
    ...more,
  };
}

function why(app: KubernetesObject, also: { readonly warnings?: readonly string[] } = {}): readonly Reason[] {
  return reasonsOf({ app, needs: [], tree: [], warnings: [], ...also });
}

const notReady = (why: string, message: string): JsonObject => ({
  type: 'Ready',
  status: 'False',
  reason: why,
  message,
});
const ready: JsonObject = { type: 'Ready', status: 'True', reason: reason.reconciliationSucceeded, message: '' };

describe('capstan why', () => {
  for (const name of Object.values(reason).filter((value) => !unproblematic.has(value)))
    it(`names cause and remedy of ${name}`, () => {
      const [first] = why(resource([notReady(name, 'as the message says')]));
      assert.ok(first !== undefined);
      assert.notEqual(first.what, 'It is not ready', 'no words for the cause: add them to views/src/flux-remedies.ts');
      assert.notEqual(first.hint, '', 'no remedy: add it to views/src/flux-remedies.ts');
      assert.match(first.detail, /as the message says/);
    });

  it('tells apart what one reason stands for, by the messages that the reconcilers write', () => {
    const cases: readonly (readonly [string, string, RegExp])[] = [
      [reason.artifactFailed, 'Source artifact not found, retrying in 30s', /fetched nothing yet/],
      [reason.artifactFailed, 'GitRepository.source.toolkit.fluxcd.io "x" not found', /does not exist/],
      [reason.artifactFailed, 'kustomization path not found: no folder app in the source', /no such folder/],
      [reason.buildFailed, 'substitute from \'Secret/x\' error: secrets "x" not found', /Values for its variables/],
      [reason.buildFailed, "post build failed for 'ConfigMap.v1.[noGrp]/x': variable not set", /cannot be put in/],
      [reason.buildFailed, "decryption failed for 'Secret.v1.[noGrp]/x': no key", /SOPS/],
      [reason.buildFailed, "error getting sops decryption Secret 'a/b': not found", /SOPS/],
      [reason.buildFailed, 'kustomize build failed: app/kustomization.yaml', /does not build/],
      [
        reason.accessDenied,
        "can't access 'GitRepository/a/b', cross-namespace references have been blocked",
        /forbids/,
      ],
      [reason.dependencyNotReady, 'dependency \'a/b\' not found: kustomizations "b" not found', /does not exist/],
      [reason.dependencyNotReady, "dependency 'a/b' is not ready according to readyExpr eval", /readyExpr/],
      [reason.dependencyNotReady, "dependency 'a/b' is not ready", /is not ready$/],
      [reason.healthCheckFailed, 'health check failed after 1m: timeout waiting for: [x]', /in time/],
      [reason.healthCheckFailed, 'health check failed after 1s: failed early due to stalled resources: [x]', /healthy/],
      [
        reason.reconciliationFailed,
        "unable to read KubeConfig secret 'a/b' error: not found",
        /cluster cannot be used/,
      ],
      [
        reason.reconciliationFailed,
        'ConfigMap/a/b dry-run failed (Forbidden): configmaps is forbidden',
        /may not write/,
      ],
      [reason.reconciliationFailed, 'X/a/b dry-run failed: no matches for kind "X" in version "a/v1"', /kinds/],
      [reason.reconciliationFailed, 'Job/a/b dry-run failed (Invalid): field is immutable', /cannot be changed/],
      [reason.reconciliationFailed, 'ConfigMap/b namespace not specified: the server could not', /names no namespace/],
      [reason.reconciliationFailed, 'ConfigMap/a/b not found: namespaces "a" not found', /namespace that it writes to/],
      [reason.reconciliationFailed, 'Service/a/b dry-run failed (Invalid): spec.ports', /refuses/],
      [reason.reconciliationFailed, 'timeout waiting for: [CustomResourceDefinition/x]', /has to be there first/],
      [reason.gitOperationFailed, "unable to clone 'x': authentication required: ", /lets nobody in/],
      [reason.gitOperationFailed, "unable to clone 'x': repository not found: ", /is not there/],
      [reason.gitOperationFailed, 'couldn\'t find remote ref "refs/heads/x"', /no such branch/],
      [reason.gitOperationFailed, 'failed to sparse checkout directories : x', /no such folder/],
      [reason.authenticationFailed, "failed to get secret 'a/b': not found", /cannot be read/],
      [reason.authenticationFailed, 'failed to configure proxy options: no address', /proxy/],
    ];
    for (const [name, message, what] of cases)
      assert.match(why(resource([notReady(name, message)]))[0]?.what ?? '', what);
  });

  it('says that nothing but a change helps where the reconciler has stopped', () => {
    const message = 'spec.ignore is not honoured';
    const stalled = { type: 'Stalled', status: 'True', reason: reason.notHonoured, message };
    assert.match(why(resource([notReady(reason.notHonoured, message), stalled]))[0]?.what ?? '', /has stopped trying$/);
  });

  it('says what is being done while nothing has failed', () => {
    const doing = 'Running health checks for revision main@sha1:abc with a timeout of 30s';
    const [first] = why(
      resource([
        { type: 'Ready', status: 'Unknown', reason: reason.progressing, message: 'Reconciliation in progress' },
        { type: 'Reconciling', status: 'True', reason: reason.progressing, message: doing },
      ]),
    );
    assert.match(first?.detail ?? '', /Running health checks/);
  });

  it('says that a resource is suspended, deleted or unseen', () => {
    const suspended = { ...resource([ready]), spec: { suspend: true } };
    assert.deepEqual(
      why(suspended).map(({ what }) => what),
      ['It is suspended'],
    );
    const metadata = { name: 'app', namespace: 'shop', deletionTimestamp: '2026-01-01T00:00:00Z' };
    assert.deepEqual(
      why(resource([ready], { metadata })).map(({ what }) => what),
      ['It is being deleted'],
    );
    assert.deepEqual(
      why({ ...resource([]), status: {} }).map(({ what }) => what),
      ['No controller has seen it'],
    );
  });

  it('tells of a shared object and of contested drift though the resource is ready', () => {
    const message = 'ConfigMap/shop/one is of Application argocd/x too, this Kustomization keeps it';
    const shared = { type: 'SharedResource', status: 'True', reason: reason.sharedResource, message };
    assert.deepEqual(
      why(resource([ready, shared])).map(({ detail }) => detail),
      [message],
    );
    const warnings = ['Kustomization app: DriftContested: ConfigMap/shop/one is changed back by x'];
    assert.match(why(resource([ready]), { warnings })[0]?.what ?? '', /keeps changing/);
    assert.deepEqual(why(resource([ready])), []);
  });
});
