import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { createProgram } from './program.ts';
import { referenceText } from './reference.ts';

it('docs/cli.md says what the program says', async () => {
  const written = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');
  assert.equal(written, referenceText(await createProgram()), 'run node packages/cli/src/write-reference.ts');
});
