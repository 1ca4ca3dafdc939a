import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { messageInFull } from './messages.ts';

const missing = 'failed to discover server resources: the server could not find the requested resource';
const served = [
  { group: 'networking.k8s.io', version: 'v1', kind: 'Ingress' },
  { group: 'policy', version: 'v1', kind: 'PodDisruptionBudget' },
];

function ref(group: string, version: string, kind: string) {
  return { group, version, kind, namespace: 'shop', name: 'web' };
}

describe('messages of results', () => {
  it('names the version of a kind that the cluster has', () => {
    assert.equal(
      messageInFull(ref('policy', 'v1beta1', 'PodDisruptionBudget'), missing, served),
      'The Kubernetes API could not find version "v1beta1" of policy/PodDisruptionBudget for requested resource shop/web. Version "v1" of policy/PodDisruptionBudget is installed on the destination cluster.',
    );
  });

  it('names the group to which a kind has moved', () => {
    assert.match(
      messageInFull(ref('extensions', 'v1beta1', 'Ingress'), missing, served),
      /Version "v1" of networking\.k8s\.io\/Ingress is installed/,
    );
  });

  it('asks for the definition of a kind that nobody serves', () => {
    assert.equal(
      messageInFull(ref('example.com', 'v1', 'Widget'), missing, served),
      'The Kubernetes API could not find example.com/Widget for requested resource shop/web. Make sure the "Widget" CRD is installed on the destination cluster.',
    );
  });

  it('leaves other messages as they are', () => {
    assert.equal(messageInFull(ref('', 'v1', 'ConfigMap'), 'configmap/web created', served), 'configmap/web created');
  });
});
