import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { formatConstraint, highestMatching, isVersionRange, parseConstraint, satisfies } from './constraint.ts';
import { parseVersion } from './version.ts';

const holds = (version: string, range: string): boolean => {
  const parsed = parseVersion(version);
  assert.ok(parsed.ok, version);
  return satisfies(parsed.version, parseConstraint(range));
};

describe('version ranges', () => {
  it('take prereleases only where a group names one', () => {
    assert.equal(holds('1.5.0-rc.1', '>=1.0'), false);
    assert.equal(holds('1.5.0-rc.1', '>=1.2.0-0'), true);
    assert.equal(holds('1.5.0-rc.1', '>=9 || >=1.2.0-0'), true);
  });

  it('join by comma or blank, and read hyphens, carets, tildes and wildcards', () => {
    for (const range of ['>=1.0, <2.0', '>= 1.0 <2.0', '1.0 - 1.9', '^1.2', '~1.4', '1.4.x', '=>1.4', '*']) {
      assert.equal(holds('1.4.2', range), true, range);
    }
    for (const range of ['>1.4', '<1.4', '~1.3', '^2', '!=1.4.x', '1.4.1']) {
      assert.equal(holds('1.4.2', range), false, range);
    }
    assert.equal(formatConstraint(parseConstraint('2.x,   >=1.2.3 || >4.5.6, < 5.7')), '2.x >=1.2.3 || >4.5.6 <5.7');
  });

  it('name the highest version among tags that are no versions too', () => {
    assert.equal(highestMatching(['latest', 'v1.2', '1.10.0', '1.9', '2.0'], parseConstraint('<2')), '1.10.0');
    assert.equal(highestMatching(['latest'], parseConstraint('*')), undefined);
  });

  it('are told from versions and words', () => {
    assert.deepEqual(['1.x', '>=1', '*', '1.0', 'v1', 'main', ''].map(isVersionRange), [
      ...[true, true, true, false, false, false, false],
    ]);
  });

  it('are refused when malformed or endless, in linear time', () => {
    const endless = [' '.repeat(2000), '1 '.repeat(900) + '!', '1.2.3-'.repeat(300), 'x'.repeat(100_000)];
    for (const text of ['', '>= bar', '1.2.3.4', '1.2,', '>=1.2>=1.3', '1|2', ...endless]) {
      assert.throws(
        () => parseConstraint(text),
        (error) => isCapstanError(error, 'SEMVER_CONSTRAINT_INVALID'),
        text,
      );
    }
  });
});
