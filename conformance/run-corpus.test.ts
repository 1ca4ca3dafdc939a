import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { Corpus } from './corpus.ts';
import { expectEqual, failed, passed, skipped } from './expect.ts';
import { raiseFloors } from './floor.ts';
import { casesOf, runCorpus } from './run-corpus.ts';

const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
after(() => rmSync(folder, { recursive: true }));
const environment = { conformanceDir: folder, recordedDir: folder };

const corpus: Corpus = {
  name: 'sample',
  run(testCase) {
    const { name } = testCase as { name: string };
    if (name === 'throws') throw new Error('went wrong');
    return name === 'skips' ? skipped('network') : name === 'fails' ? failed('differs') : passed;
  },
};

describe('a conformance corpus', () => {
  it('counts every case, keeps what failed, and groups skipped cases by what they need', async () => {
    const names = ['passes', 'fails', 'throws', 'skips'];
    writeFileSync(join(folder, 'sample.json'), JSON.stringify(names.map((name) => ({ name }))));
    const report = await runCorpus(corpus, (await casesOf(corpus, environment)) ?? []);
    assert.equal(report.passed, 1);
    assert.equal(report.total, 4);
    assert.deepEqual(
      report.failures.map(({ name }) => name),
      ['fails', 'throws'],
    );
    assert.match(report.failures[1]?.detail ?? '', /went wrong/);
    assert.deepEqual([...report.skipped], [['network', ['skips']]]);
  });

  it('has no cases where its file is absent, and may supply its own', async () => {
    assert.equal(await casesOf({ ...corpus, name: 'absent' }, environment), undefined);
    const own: Corpus = { ...corpus, cases: () => [{ name: 'a', input: { name: 'passes' } }] };
    assert.equal((await runCorpus(own, (await casesOf(own, environment)) ?? [])).passed, 1);
  });

  it('raises floors and never lowers them', () => {
    const report = { corpus: 'sample', passed: 3, total: 4, failures: [], skipped: new Map() };
    assert.deepEqual(raiseFloors({ sample: 5, other: 1 }, [report]), { other: 1, sample: 5 });
    assert.deepEqual(raiseFloors({ sample: 2 }, [report]), { sample: 3 });
  });

  it('tells a difference by what differs', () => {
    const result = expectEqual({ a: 1 }, { a: 2 }, 'value of a');
    assert.ok(result.outcome === 'failed' && result.detail.startsWith('value of a: '));
    assert.deepEqual(expectEqual({ a: 1, b: 2 }, { b: 2, a: 1 }), passed);
  });
});
