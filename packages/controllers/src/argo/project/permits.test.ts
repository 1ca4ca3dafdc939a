import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isDestinationPermitted } from './destinations.ts';
import { isKindPermitted, isObjectPermitted } from './kinds.ts';
import { isSourcePermitted } from './sources.ts';

const local = { server: 'https://kubernetes.default.svc', name: 'in-cluster' };

describe('a project', () => {
  it('allows repositories by pattern, a star not beyond a slash', () => {
    const project = { sourceRepos: ['https://git.example/team/*', 'https://github.com/org/app'] };
    assert.equal(isSourcePermitted(project, 'https://git.example/team/app.git'), true);
    assert.equal(isSourcePermitted(project, 'https://git.example/team/deep/app'), false);
    assert.equal(isSourcePermitted(project, 'https://GitHub.com/org/app.git'), true);
    assert.equal(isSourcePermitted(project, 'https://github.com/org/application'), false);
    assert.equal(isSourcePermitted({}, 'https://github.com/org/app'), false);
  });

  it('denies a repository whatever else allows it', () => {
    const project = { sourceRepos: ['*', '!https://git.example/secret/**'] };
    assert.equal(isSourcePermitted(project, 'https://git.example/open/app'), true);
    assert.equal(isSourcePermitted(project, 'https://git.example/secret/app'), false);
  });

  it('allows destinations by address or name, and namespace', () => {
    const project = {
      destinations: [
        { server: local.server, namespace: 'shop-*' },
        { name: 'in-cluster', namespace: 'web' },
      ],
    };
    assert.equal(isDestinationPermitted(project, { ...local, namespace: 'shop-eu' }), true);
    assert.equal(isDestinationPermitted(project, { ...local, namespace: 'web' }), true);
    assert.equal(isDestinationPermitted(project, { ...local, namespace: 'kube-system' }), false);
  });

  it('denies a namespace with an exclamation mark', () => {
    const project = {
      destinations: [
        { server: '*', namespace: '!kube-system' },
        { server: '*', namespace: '*' },
      ],
    };
    assert.equal(isDestinationPermitted(project, { ...local, namespace: 'shop' }), true);
    assert.equal(isDestinationPermitted(project, { ...local, namespace: 'kube-system' }), false);
  });

  it('allows namespaced kinds unless told otherwise, and cluster-scoped ones only where they are listed', () => {
    const configMap = { group: '', kind: 'ConfigMap' };
    const role = { group: 'rbac.authorization.k8s.io', kind: 'ClusterRole' };
    assert.equal(isKindPermitted({}, configMap, 'a', true), true);
    assert.equal(isKindPermitted({ namespaceResourceWhitelist: [] }, configMap, 'a', true), false);
    assert.equal(
      isKindPermitted({ namespaceResourceBlacklist: [{ group: '*', kind: 'Config*' }] }, configMap, 'a', true),
      false,
    );
    assert.equal(isKindPermitted({}, role, 'reader', false), false);
    assert.equal(
      isKindPermitted({ clusterResourceWhitelist: [{ group: '*', kind: '*' }] }, role, 'reader', false),
      true,
    );
    const named = { clusterResourceWhitelist: [{ group: role.group, kind: role.kind, name: 'team-*' }] };
    assert.equal(isKindPermitted(named, role, 'team-reader', false), true);
    assert.equal(isKindPermitted(named, role, 'admin', false), false);
  });

  it('lets a live object be touched only where kind and namespace are allowed', () => {
    const project = { destinations: [{ server: '*', namespace: 'shop' }] };
    const object = { group: '', kind: 'ConfigMap', name: 'a' };
    assert.equal(isObjectPermitted(project, { ...object, namespace: 'shop' }, local), true);
    assert.equal(isObjectPermitted(project, { ...object, namespace: 'other' }, local), false);
    assert.equal(
      isObjectPermitted(project, { group: '', kind: 'Namespace', name: 'shop', namespace: '' }, local),
      false,
    );
  });
});
