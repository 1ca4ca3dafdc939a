import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { codes } from './index.ts';

const document = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
const rows = [...document.matchAll(/^\| `([A-Z_]+)` \| (\w+) \| (.+) \|$/gm)];

describe('docs/errors.md', () => {
  it('lists every code, with its policy and its summary', () => {
    const listed = Object.fromEntries(rows.map(([, code = '', retry, summary]) => [code, { retry, summary }] as const));
    assert.deepEqual(
      listed,
      Object.fromEntries(Object.entries(codes).map(([code, { retry, summary }]) => [code, { retry, summary }])),
    );
  });

  it('lists no code twice', () => {
    assert.equal(new Set(rows.map(([, code]) => code)).size, rows.length);
  });
});
