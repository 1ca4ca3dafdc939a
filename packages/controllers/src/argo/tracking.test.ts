import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubernetesObject } from '@capstan/object';
import { defaultSettings } from './settings/argo-settings.ts';
import {
  applicationOf,
  argoIndexes,
  instanceName,
  isClaimedBy,
  isSelfReferencing,
  liveAsTracked,
  parseTrackingId,
  TRACKING_INDEX,
  trackingIndex,
  withTracking,
  type Tracking,
} from './tracking.ts';

function configMap(name: string, annotations: Readonly<Record<string, string>> = {}): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop', annotations } };
}

const byAnnotation = defaultSettings.tracking;
const ID = 'argocd.argoproj.io/tracking-id';

describe('a tracking id', () => {
  it('names the Application and the object', () => {
    const tracked = withTracking(configMap('settings'), 'web', 'shop', byAnnotation);
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
    const tracked = withTracking(role, 'web', 'shop', byAnnotation);
    assert.equal(
      (tracked.metadata['annotations'] as Record<string, string>)[ID],
      'web:rbac.authorization.k8s.io/ClusterRole:shop/reader',
    );
    assert.equal(isSelfReferencing(tracked, byAnnotation), true);
    assert.equal(isClaimedBy(tracked, 'web', byAnnotation), true);
  });

  it('is not written on a CRD', () => {
    const crd: KubernetesObject = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'gizmos.example.com' },
    };
    assert.equal(withTracking(crd, 'web', 'shop', byAnnotation), crd);
  });

  it('that was copied onto another object claims nothing', () => {
    const copy = configMap('copy', { [ID]: 'web:/ConfigMap:shop/settings' });
    assert.equal(isSelfReferencing(copy, byAnnotation), false);
    assert.equal(isClaimedBy(copy, 'web', byAnnotation), false);
  });

  it('of another Application or another installation claims nothing', () => {
    const other = configMap('settings', { [ID]: 'other:/ConfigMap:shop/settings' });
    assert.equal(isClaimedBy(other, 'web', byAnnotation), false);
    const installed = configMap('settings', {
      [ID]: 'web:/ConfigMap:shop/settings',
      'argocd.argoproj.io/installation-id': 'east',
    });
    assert.equal(isClaimedBy(installed, 'web', byAnnotation), false);
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

const byLabel: Tracking = { ...byAnnotation, method: 'label' };
const byBoth: Tracking = { ...byAnnotation, method: 'annotation+label' };
const LABEL = byAnnotation.label;

function labelled(name: string, labels: Readonly<Record<string, string>>, rest: object = {}): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop', labels, ...rest } };
}

describe('tracking by a label', () => {
  it('writes the label alone, whole', () => {
    const name = 'a'.repeat(70);
    const tracked = withTracking(labelled('settings', { app: 'x' }), name, 'shop', byLabel);
    assert.deepEqual(tracked.metadata['labels'], { app: 'x', [LABEL]: name });
    assert.equal(tracked.metadata['annotations'], undefined);
  });

  it('goes by the key that settings name', () => {
    const tracking: Tracking = { ...byLabel, label: 'example.com/app' };
    const tracked = withTracking(configMap('settings'), 'web', 'shop', tracking);
    assert.deepEqual(tracked.metadata['labels'], { 'example.com/app': 'web' });
    assert.equal(isClaimedBy(tracked, 'web', tracking), true);
    assert.equal(isClaimedBy(tracked, 'web', byLabel), false);
    assert.deepEqual(trackingIndex('example.com/app')(tracked), ['web']);
  });

  it('claims no object that belongs to another, or that a StatefulSet or a service account has made', () => {
    const owned = labelled('a', { [LABEL]: 'web' }, { ownerReferences: [{ kind: 'Deployment', name: 'x', uid: 'u' }] });
    assert.equal(isClaimedBy(owned, 'web', byLabel), false);
    assert.deepEqual(trackingIndex(LABEL)(owned), []);
    const claim = { ...labelled('data-web-0', { [LABEL]: 'web' }), kind: 'PersistentVolumeClaim' };
    assert.equal(isClaimedBy(claim, 'web', byLabel), false);
    const named = { ...labelled('data', { [LABEL]: 'web' }), kind: 'PersistentVolumeClaim' };
    assert.equal(isClaimedBy(named, 'web', byLabel), true);
    const token = {
      ...labelled(
        'token',
        { [LABEL]: 'web' },
        {
          annotations: { 'kubernetes.io/service-account.name': 'a', 'kubernetes.io/service-account.uid': 'u' },
        },
      ),
      kind: 'Secret',
      type: 'kubernetes.io/service-account-token',
    };
    assert.equal(isClaimedBy(token, 'web', byLabel), false);
  });

  it('by its oldest name labels templates, too', () => {
    const tracking: Tracking = { ...byLabel, label: 'applications.argoproj.io/app-name' };
    const deployment: KubernetesObject = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'api' },
      spec: { template: { metadata: { labels: { app: 'api' } }, spec: {} } },
    };
    assert.deepEqual(withTracking(deployment, 'web', 'shop', tracking)['spec'], {
      template: { metadata: { labels: { app: 'api', 'applications.argoproj.io/app-name': 'web' } }, spec: {} },
    });
  });
});

describe('tracking by annotation and label', () => {
  it('cuts the label to what a label holds, and goes by the annotation', () => {
    const name = `${'a'.repeat(62)}-b`;
    const tracked = withTracking(configMap('settings'), name, 'shop', byBoth);
    assert.deepEqual(tracked.metadata['labels'], { [LABEL]: 'a'.repeat(62) });
    assert.equal(applicationOf(tracked, byBoth), name);
    assert.equal(isClaimedBy(labelled('settings', { [LABEL]: 'web' }), 'web', byBoth), false);
  });
});

describe('an installation', () => {
  const east: Tracking = { ...byAnnotation, installationId: 'east' };
  const INSTALLATION = 'argocd.argoproj.io/installation-id';

  it('marks its objects, and knows no others', () => {
    const tracked = withTracking(configMap('settings'), 'web', 'shop', east);
    assert.deepEqual(tracked.metadata['annotations'], { [ID]: 'web:/ConfigMap:shop/settings', [INSTALLATION]: 'east' });
    assert.equal(isClaimedBy(tracked, 'web', east), true);
    assert.equal(isClaimedBy(tracked, 'web', { ...east, installationId: 'west' }), false);
    assert.equal(isClaimedBy(withTracking(configMap('settings'), 'web', 'shop', byAnnotation), 'web', east), false);
  });

  it('without an id takes off the mark that a manifest bears', () => {
    const manifest = configMap('settings', { [INSTALLATION]: 'other' });
    assert.deepEqual(withTracking(manifest, 'web', 'shop', byAnnotation).metadata['annotations'], {
      [ID]: 'web:/ConfigMap:shop/settings',
    });
  });
});

describe('an Application outside the control namespace', () => {
  it('is known by its namespace, too', () => {
    assert.equal(instanceName({ namespace: 'team', name: 'web' }, 'argocd'), 'team_web');
    assert.equal(instanceName({ namespace: 'argocd', name: 'web' }, 'argocd'), 'web');
  });
});

describe('when a label was what counted, and the annotation is', () => {
  const target = withTracking(configMap('settings'), 'web', 'shop', byAnnotation);

  it('an object is not out of sync for want of the annotation, nor for the label', () => {
    const live = labelled('settings', { [LABEL]: 'web' });
    const compared = liveAsTracked(live, target, byAnnotation);
    assert.deepEqual(compared.metadata['annotations'], { [ID]: 'web:/ConfigMap:shop/settings' });
    assert.equal(compared.metadata['labels'], undefined);
  });

  it('an annotation that says otherwise is a difference', () => {
    const live = labelled('settings', { [LABEL]: 'web' }, { annotations: { [ID]: 'old:/ConfigMap:shop/settings' } });
    assert.deepEqual(liveAsTracked(live, target, byAnnotation).metadata['annotations'], {
      [ID]: 'old:/ConfigMap:shop/settings',
    });
  });

  it('a label that Git has stays', () => {
    const live = labelled('settings', { [LABEL]: 'web' });
    const wanted = withTracking(labelled('settings', { [LABEL]: 'chart' }), 'web', 'shop', byAnnotation);
    assert.deepEqual(liveAsTracked(live, wanted, byAnnotation).metadata['labels'], { [LABEL]: 'web' });
  });

  it('by a label nothing is passed over', () => {
    const live = configMap('settings', { [ID]: 'web:/ConfigMap:shop/settings' });
    assert.equal(liveAsTracked(live, target, byLabel), live);
  });
});
