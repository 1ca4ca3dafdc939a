import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Value } from './value.ts';
import { expand } from './variables.ts';

describe('a text with variables', () => {
  const values = new Map<string, Value>([
    ['A', 'x'],
    ['N', 5],
  ]);
  const cases: readonly (readonly [string, Value])[] = [
    ['$(A)', 'x'],
    ['$(N)', 5],
    ['p-$(N)-$(A)', 'p-5-x'],
    ['$$(A)', '$(A)'],
    ['$(MISSING)', '$(MISSING)'],
    ['a$b$', 'a$b$'],
    ['$(A', '$(A'],
  ];
  for (const [text, expected] of cases) {
    it(`${text} becomes ${JSON.stringify(expected)}`, () => assert.equal(expand(text, values), expected));
  }
});
