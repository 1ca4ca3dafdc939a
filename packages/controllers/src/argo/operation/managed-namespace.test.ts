import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isNamespaceOf, isNamespaceStale, namespaceObject } from './managed-namespace.ts';

const labels = { team: 'one' };
const spec = { syncPolicy: { managedNamespaceMetadata: { labels } } };

describe('the namespace that an Application makes', () => {
  it('is bare where its metadata is not managed', () => {
    assert.deepEqual(namespaceObject('shop', undefined).metadata, { name: 'shop' });
  });

  it('bears the managed metadata, and asks to be applied server-side', () => {
    assert.deepEqual(namespaceObject('shop', { labels, annotations: { note: 'hello' } }).metadata, {
      name: 'shop',
      labels,
      annotations: { note: 'hello', 'argocd.argoproj.io/sync-options': 'ServerSideApply=true' },
    });
  });

  it('waits for a sync once other metadata is wanted than the last sync had', () => {
    const synced = { revisions: ['abc'], namespaceMetadata: { labels } };
    assert.equal(isNamespaceStale(spec, synced), false);
    assert.equal(isNamespaceStale(spec, { ...synced, namespaceMetadata: { labels: { team: 'two' } } }), true);
    assert.equal(isNamespaceStale(spec, { revisions: ['abc'] }), true);
  });

  it('waits for nothing where nothing is managed, or nothing was ever synced', () => {
    assert.equal(isNamespaceStale({}, { revisions: ['abc'] }), false);
    assert.equal(isNamespaceStale(spec, undefined), false);
  });

  it('is told from other objects of its name', () => {
    const ref = { group: '', kind: 'Namespace', namespace: '', name: 'shop' };
    assert.equal(isNamespaceOf(ref, 'shop'), true);
    assert.equal(isNamespaceOf({ ...ref, kind: 'ConfigMap' }, 'shop'), false);
    assert.equal(isNamespaceOf({ ...ref, name: '' }, ''), false);
  });
});
