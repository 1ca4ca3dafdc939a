import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
  .split('\0')
  .filter((file) => file !== '');
const sources = tracked.filter((file) => /\.(ts|tsx|mjs)$/.test(file) && !/\/(testdata|generated)\//.test(file));

describe('files', () => {
  it('are named in kebab case, by one thing that they hold', () => {
    const bad = sources.filter(
      (file) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.d|\.config)?\.(ts|tsx|mjs)$/.test(basename(file)),
    );
    assert.deepEqual(bad, []);
  });

  it('are never called by what says nothing', () => {
    const banned = new Set(['utils', 'util', 'helpers', 'helper', 'common', 'misc', 'types', 'enums', 'shared']);
    assert.deepEqual(
      sources.filter((file) => banned.has(basename(file).split('.')[0] ?? '')),
      [],
    );
  });

  it('are no longer than 500 lines', () => {
    const long = sources
      .map((file) => [file, readFileSync(`${root}/${file}`, 'utf8').split('\n').length] as const)
      .filter(([, lines]) => lines > 501);
    assert.deepEqual(long, []);
  });
});
