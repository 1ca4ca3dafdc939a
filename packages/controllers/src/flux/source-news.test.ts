import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject, KubernetesObject } from '@capstan/object';
import { SourceNews } from './source-news.ts';

const ref = { group: 'source.toolkit.fluxcd.io', kind: 'GitRepository', namespace: 'shop', name: 'all' };
const source = (status: JsonObject, spec: JsonObject = { url: 'https://example.com/all' }): KubernetesObject => ({
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'GitRepository',
  metadata: { name: 'all', namespace: 'shop', uid: 'u' },
  spec,
  status,
});

describe('news of a source', () => {
  it('are its artifact, its spec and its end, not its conditions', () => {
    const news = new SourceNews();
    assert.equal(news.hasNews(ref, source({})), true);
    assert.equal(news.hasNews(ref, source({ conditions: [{ type: 'Reconciling', status: 'True' }] })), false);
    assert.equal(news.hasNews(ref, source({ artifact: { revision: 'main@sha1:a' } })), true);
    assert.equal(news.hasNews(ref, source({ artifact: { revision: 'main@sha1:a' }, conditions: [] })), false);
    assert.equal(news.hasNews(ref, source({ artifact: { revision: 'main@sha1:a' } }, { url: 'ssh://other' })), true);
    assert.equal(news.hasNews(ref, undefined), true);
    assert.equal(news.hasNews(ref, source({ artifact: { revision: 'main@sha1:a' } }, { url: 'ssh://other' })), true);
  });
});
