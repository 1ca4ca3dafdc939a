import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { refProblem, sameSources, sourcesOf, sourceTitle, writtenRevisions, writtenSources } from './source-set.ts';

const a = { repoURL: 'https://git.example/a', path: 'app', targetRevision: 'main' };
const b = { repoURL: 'https://git.example/b', ref: 'values', name: 'the-values' };

describe('the sources of an Application', () => {
  it('are those of the list where it has any, whatever stands beside it', () => {
    assert.deepEqual(sourcesOf({ source: a, sources: [b] }), { multiple: true, list: [b] });
    assert.deepEqual(sourcesOf({ source: a, sources: [] }), { multiple: false, list: [a] });
    assert.deepEqual(sourcesOf({}), { multiple: false, list: [] });
  });

  it('are written with an empty source beside a list, and without revisions that are not known', () => {
    const many = sourcesOf({ sources: [a, b] });
    assert.deepEqual(writtenSources(many), { source: { repoURL: '' }, sources: [a, b] });
    assert.deepEqual(writtenRevisions(many, ['1', '2']), { revisions: ['1', '2'] });
    assert.deepEqual(writtenRevisions(many, []), {});
    assert.deepEqual(writtenSources(sourcesOf({ source: a })), { source: a });
    assert.deepEqual(writtenRevisions(sourcesOf({ source: a }), ['']), {});
  });

  it('differ by any field, by order, and by how they are listed', () => {
    assert.equal(sameSources(sourcesOf({ sources: [a, b] }), sourcesOf({ sources: [{ ...a }, b] })), true);
    assert.equal(sameSources(sourcesOf({ sources: [a, b] }), sourcesOf({ sources: [b, a] })), false);
    assert.equal(sameSources(sourcesOf({ sources: [a] }), sourcesOf({ source: a })), false);
  });

  it('are referred to by plain names, each once', () => {
    const refs = (...names: string[]) => refProblem(sourcesOf({ sources: names.map((ref) => ({ ...b, ref })) }));
    assert.equal(refs('values', 'other_1', '', ''), undefined);
    assert.match(refs('a', 'a') ?? '', /multiple sources had the same `ref` key/);
    assert.match(refs('../x') ?? '', /sources.ref ..\/x cannot contain any special characters/);
  });

  it('are called by name or by place', () => {
    const many = sourcesOf({ sources: [a, b] });
    assert.equal(sourceTitle(many, 0), 'source 1 of 2');
    assert.equal(sourceTitle(many, 1), 'source the-values');
  });
});
