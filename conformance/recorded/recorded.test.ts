import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { compare } from './compare.ts';
import { entries } from './differences.ts';
import { splitArguments } from './kubectl.ts';
import { fillIn, matches } from './placeholders.ts';
import { withOwnHost, withRecordedHost } from './repositories.ts';
import { conditionOf } from './waits.ts';

const known = { commits: new Map([['<commit-1>', '0123456789012345678901234567890123456789']]) };

describe('recorded scenarios', () => {
  it('fills in commits, whole and shortened', () => {
    assert.equal(
      fillIn('main@<commit-1> <commit-1:7>', known),
      'main@0123456789012345678901234567890123456789 0123456',
    );
  });

  it('matches what varies by its form, and nothing else', () => {
    assert.ok(matches('finished in <duration>, next run in 10m0s', 'finished in 1.5s, next run in 10m0s', known));
    assert.ok(!matches('finished in <duration>, next run in 10m0s', 'finished in soon, next run in 10m0s', known));
    assert.ok(!matches('finished in <duration>, next run in 10m0s', 'finished in 1.5s, next run in 5m0s', known));
    assert.ok(matches('<time>', '2026-01-01T00:00:00Z', known));
    assert.ok(!matches('<uid>', 'not a uid', known));
  });

  it('tells where values differ, pairing lists by name', () => {
    const expected = { a: [{ name: 'x', value: 1 }, { name: 'y' }] };
    const actual = { a: [{ name: 'x', value: 2 }, { name: 'z' }] };
    assert.deepEqual(
      compare(expected, actual, known).map(({ path }) => path),
      ['.a[x].value', '.a[y]', '.a[z]'],
    );
  });

  it('sees that a list of names is in another order, but for managers', () => {
    const list = (...managers: string[]) => managers.map((manager) => ({ manager, operation: 'Update' }));
    const named = (...names: string[]) => names.map((name) => ({ name }));
    assert.equal(compare(named('a', 'b'), named('b', 'a'), known).length, 1);
    assert.deepEqual(compare(list('a', 'b'), list('b', 'a'), known, '.metadata.managedFields'), []);
  });

  it('splits arguments at blanks outside of quotes', () => {
    assert.deepEqual(splitArguments(`-n x patch a b -p '{"a": "b c"}' --type=merge`), [
      ...['-n', 'x', 'patch', 'a', 'b', '-p', '{"a": "b c"}', '--type=merge'],
    ]);
  });

  it('gives each scenario a host of its own, and takes it back', () => {
    const own = withOwnHost('url: http://git.example/repo.git', 'first');
    assert.equal(own, 'url: http://first.git.example/repo.git');
    assert.equal(withRecordedHost(own, 'first'), 'url: http://git.example/repo.git');
    assert.equal(withOwnHost(own, 'first'), own);
  });

  it('names for each difference on purpose its entry in the document', () => {
    const document = readFileSync(fileURLToPath(new URL('../../docs/differences.md', import.meta.url)), 'utf8');
    for (const entry of entries) assert.ok(document.includes(`\n### ${entry}\n`), entry);
  });

  it('waits for what a recording names', () => {
    const ready = conditionOf('Kustomization/demo Ready=True at the newest commit');
    const object = (revision: string) => ({
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name: 'demo', generation: 1 },
      status: {
        lastAttemptedRevision: revision,
        conditions: [{ type: 'Ready', status: 'True', observedGeneration: 1 }],
      },
    });
    const newest = new Map([['http://git.example/repo.git', 'abc']]);
    assert.ok(ready({ gitops: [object('main@sha1:abc')], managed: [] }, newest));
    assert.ok(!ready({ gitops: [object('main@sha1:old')], managed: [] }, newest));
    assert.throws(() => conditionOf('the moon is full'), /how to wait/);
  });
});
