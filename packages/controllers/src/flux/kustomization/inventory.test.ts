import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { entryOf, refOfEntry, staleOf, unionOf } from './inventory.ts';

const deployment = { group: 'apps', version: 'v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
const role = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRole',
  namespace: '',
  name: 'system:metrics_reader',
};

describe('the inventory', () => {
  it('writes an object as namespace_name_group_Kind', () => {
    assert.deepEqual(entryOf(deployment), { id: 'shop_web_apps_Deployment', v: 'v1' });
  });

  it('leaves the namespace and the core group empty', () => {
    assert.deepEqual(entryOf({ group: '', version: 'v1', kind: 'Namespace', namespace: '', name: 'shop' }), {
      id: '_shop__Namespace',
      v: 'v1',
    });
  });

  it('carries colons in RBAC names through and back, underscores beside them', () => {
    assert.equal(entryOf(role).id, '_system__metrics_reader_rbac.authorization.k8s.io_ClusterRole');
    assert.deepEqual(refOfEntry(entryOf(role)), role);
  });

  it('reads back what it wrote', () => {
    for (const ref of [deployment, { ...deployment, namespace: '' }, { ...deployment, group: '', kind: 'Service' }])
      assert.deepEqual(refOfEntry(entryOf(ref)), ref);
  });

  it('does not read what is no id', () => {
    assert.equal(refOfEntry({ id: 'nonsense', v: 'v1' }), undefined);
    assert.equal(refOfEntry({ id: 'a_b', v: 'v1' }), undefined);
  });

  it('tells what is stale whatever its version', () => {
    const newer = { ...deployment, version: 'v2' };
    assert.deepEqual(staleOf([deployment, role], [newer]), [role]);
    assert.deepEqual(unionOf([deployment, role], [newer]), [newer, role]);
  });
});
