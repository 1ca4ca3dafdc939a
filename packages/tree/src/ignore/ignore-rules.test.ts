import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { memoryTree } from '../memory-tree.ts';
import { isIgnored, parseIgnoreFile, parseIgnoreRule } from './ignore-rules.ts';
import { compileNamePattern } from './name-pattern.ts';
import { readIgnoreFiles } from './source-ignore.ts';

const ignored = (rules: string, path: string, isDirectory = false, domain: readonly string[] = []): boolean =>
  isIgnored(parseIgnoreFile(rules, domain), path.split('/'), isDirectory);

describe('ignore rules', () => {
  it('match names anywhere, paths from their domain, and what lies below', () => {
    assert.equal(ignored('*.png', 'a/b/c.png'), true);
    assert.equal(ignored('b', 'a/b/c.txt'), true);
    assert.equal(ignored('a/b', 'a/b/c.txt'), true);
    assert.equal(ignored('a/b', 'x/a/b'), false);
    assert.equal(ignored('/a', 'a'), true);
    assert.equal(ignored('/a', 'x/a'), false);
    assert.equal(ignored('**/x.yaml', 'a/b/x.yaml'), true);
    assert.equal(ignored('a/**', 'a/b/x.yaml'), true);
    assert.equal(ignored('a/b**', 'a/b'), false);
  });

  it('take a slash at the end to mean folders', () => {
    assert.equal(ignored('build/', 'build', true), true);
    assert.equal(ignored('build/', 'build', false), false);
    assert.equal(ignored('build/', 'build/x', false), true);
  });

  it('let the last rule decide, and turn round with an exclamation mark', () => {
    assert.equal(ignored('*.md\n!README.md', 'README.md'), false);
    assert.equal(ignored('!README.md\n*.md', 'README.md'), true);
    assert.equal(ignored('# a\n\n  \na\r\n', 'a'), true);
  });

  it('hold in their domain only', () => {
    assert.equal(ignored('x', 'a/x', false, ['a']), true);
    assert.equal(ignored('x', 'x', false, ['a']), false);
    assert.equal(parseIgnoreRule('x', ['a']).judge(['a'], true), 'none');
  });

  it('read names as Go does, and nothing out of a malformed pattern', () => {
    const match = (pattern: string, name: string) => compileNamePattern(pattern)?.(name);
    assert.equal(match('v[uo]l?ano', 'volcano'), true);
    assert.equal(match('[^a-c]x', 'dx'), true);
    assert.equal(match('[^a-c]x', 'bx'), false);
    assert.equal(match('\\*', '*'), true);
    assert.equal(match('?', '😀'), true);
    for (const broken of ['[', '[]a]', '[a-', '[-]', 'a\\']) assert.equal(match(broken, 'a'), undefined, broken);
  });

  it('are fast on patterns made to be slow', () => {
    assert.equal(compileNamePattern('*a'.repeat(200) + 'b')?.('a'.repeat(5000)), false);
  });

  it('are read from every folder of a tree, outer ones first', async () => {
    const tree = memoryTree({ '.sourceignore': 'one', 'b/.sourceignore': 'two\nthree', 'a/x/.sourceignore': 'four' });
    const rules = await readIgnoreFiles(tree);
    assert.deepEqual(
      rules.map(({ pattern, domain }) => [pattern, domain.join('/')]),
      [
        ...[
          ['one', ''],
          ['four', 'a/x'],
          ['two', 'b'],
          ['three', 'b'],
        ],
      ],
    );
  });
});
