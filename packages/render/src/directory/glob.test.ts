import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileGlob } from './glob.ts';

describe("Argo CD's globs", () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['*.yaml', 'a/b/c.yaml', true],
    ['a/*.yaml', 'b/a/x.yaml', false],
    ['**', 'a/b', true],
    ['?.yaml', 'a.yaml', true],
    ['?.yaml', 'ab.yaml', false],
    ['{a,b/*}.yaml', 'b/c.yaml', true],
    ['{a,{b,c}}.yaml', 'c.yaml', true],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[ab]x', 'bx', true],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'axb', false],
    ['a.b+c(d)', 'a.b+c(d)', true],
    ['a.b', 'axb', false],
    ['{a', 'a', false],
    ['[z-a]', 'b', false],
  ];
  for (const [pattern, text, expected] of cases) {
    it(`${pattern} ${expected ? 'takes' : 'does not take'} ${text}`, () => {
      assert.equal(compileGlob(pattern)(text), expected);
    });
  }
});
