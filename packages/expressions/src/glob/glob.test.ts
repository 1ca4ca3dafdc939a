import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileGlob, matchesGlob } from './glob.ts';
import { matchesPathPattern } from './path-pattern.ts';

describe('a glob', () => {
  it('takes any text for a star, and any without a separator where there is one', () => {
    assert.equal(matchesGlob('a*c', 'a/b/c'), true);
    assert.equal(matchesGlob('a*c', 'a/b/c', '/'), false);
    assert.equal(matchesGlob('a**c', 'a/b/c', '/'), true);
    assert.equal(matchesGlob('a?c', 'a/c', '/'), false);
    assert.equal(matchesGlob('a*', 'a\nb'), true);
  });

  it('knows sets, ranges, alternatives and escapes', () => {
    const cases: readonly (readonly [string, string, boolean])[] = [
      ['team-[ab]', 'team-a', true],
      ['team-[!ab]', 'team-a', false],
      ['team-[a-c]', 'team-b', true],
      ['team-[!a-c]', 'team-d', true],
      // A caret is a letter like any other.
      ['team-[^a]', 'team-a', true],
      ['team-[ab-d]', 'team-c', false],
      [String.raw`x[\]]`, 'x]', true],
      ['{dev,stage}-?', 'stage-1', true],
      ['{dev,st{age,op}}-?', 'stop-1', true],
      ['a,b}', 'a,b}', true],
      [String.raw`a\*`, 'a*', true],
      [String.raw`a\*`, 'ab', false],
      ['a\\', 'a', true],
      ['{a', 'a', true],
      ['{a', '{a', false],
      ['', '', true],
      ['', 'a', false],
      ['ü?', 'ü😀', true],
    ];
    for (const [pattern, text, expected] of cases)
      assert.equal(matchesGlob(pattern, text), expected, `${pattern} on ${text}`);
  });

  it('that cannot be read is told apart, and matches nothing', () => {
    for (const pattern of ['[z-a]', '[a', '[]', '[!]', '[a-bc]', '[[ech*', 'a'.repeat(5000)]) {
      assert.equal(compileGlob(pattern), undefined, pattern);
      assert.equal(matchesGlob(pattern, pattern), false);
    }
  });

  it('takes no time on what drives others to despair', () => {
    assert.equal(matchesGlob(`${'*a'.repeat(1500)}b`, 'a'.repeat(3000)), false);
  });
});

describe('a path pattern', () => {
  it('matches as Go has it', () => {
    const cases: readonly (readonly [string, string, boolean])[] = [
      ['*', 'Deployment', true],
      ['*', 'a/b', false],
      ['Config*', 'ConfigMap', true],
      ['[A-C]x', 'Bx', true],
      ['[^A-C]x', 'Bx', false],
      ['[!A]x', '!x', true],
      ['[]a]', ']', false],
      ['[a-', 'a', false],
      ['a[', 'a', false],
      ['a\\', 'a', false],
      ['{a,b}', 'a', false],
      ['{a,b}', '{a,b}', true],
      ['[c-a]', 'b', false],
    ];
    for (const [pattern, text, expected] of cases)
      assert.equal(matchesPathPattern(pattern, text), expected, `${pattern} on ${text}`);
  });
});
