import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubernetesObject } from '@capstan/object';
import {
  argoIndexes,
  isClaimedBy,
  isSelfReferencing,
  parseTrackingId,
  TRACKING_INDEX,
  withTracking,
} from './tracking.ts';

function configMap(name: string, annotations: Readonly<Record<string, string>> = {}): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop', annotations } };
}

const ID = 'argocd.argoproj.io/tracking-id';

describe('a tracking id', () => {
  it('names the Application and the object', () => {
    const tracked = withTracking(configMap('settings'), 'web', 'shop');
    assert.deepEqual(tracked.metadata['annotations'], { [ID]: 'web:/ConfigMap:shop/settings' });
    assert.deepEqual(parseTrackingId('web:apps/Deployment:shop/api'), {
      application: 'web',
      group: 'apps',
      kind: 'Deployment',
      namespace: 'shop',
      name: 'api',
    });
  });

  it('of a cluster-scoped object bears the destination, and speaks of it all the same', () => {
    const role: KubernetesObject = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'reader' },
    };
    const tracked = withTracking(role, 'web', 'shop');
    assert.equal(
      (tracked.metadata['annotations'] as Record<string, string>)[ID],
      'web:rbac.authorization.k8s.io/ClusterRole:shop/reader',
    );
    assert.equal(isSelfReferencing(tracked), true);
    assert.equal(isClaimedBy(tracked, 'web'), true);
  });

  it('is not written on a CRD', () => {
    const crd: KubernetesObject = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'gizmos.example.com' },
    };
    assert.equal(withTracking(crd, 'web', 'shop'), crd);
  });

  it('that was copied onto another object claims nothing', () => {
    const copy = configMap('copy', { [ID]: 'web:/ConfigMap:shop/settings' });
    assert.equal(isSelfReferencing(copy), false);
    assert.equal(isClaimedBy(copy, 'web'), false);
  });

  it('of another Application or another installation claims nothing', () => {
    const other = configMap('settings', { [ID]: 'other:/ConfigMap:shop/settings' });
    assert.equal(isClaimedBy(other, 'web'), false);
    const installed = configMap('settings', {
      [ID]: 'web:/ConfigMap:shop/settings',
      'argocd.argoproj.io/installation-id': 'east',
    });
    assert.equal(isClaimedBy(installed, 'web'), false);
  });

  it('that cannot be read is none', () => {
    for (const text of ['', 'web', 'web:ConfigMap:shop/settings', 'web:/ConfigMap:settings', ':/ConfigMap:shop/a'])
      assert.equal(parseTrackingId(text), undefined, text);
  });

  it('is what the cache looks objects up by', () => {
    const index = argoIndexes[TRACKING_INDEX];
    assert.deepEqual(index?.(configMap('settings', { [ID]: 'web:/ConfigMap:shop/settings' })), ['web']);
    assert.deepEqual(index?.(configMap('settings')), []);
  });
});
