import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { buildKustomization } from '@capstan/render/kustomize';
import { memoryTree } from '@capstan/tree';
import { stringifyAll } from '@capstan/yaml';
import { bundle } from '../scripts/bundle/bundle.ts';
import { firstBuild } from '../scripts/bundle/first-build.ts';

const folder = mkdtempSync(join(tmpdir(), 'capstan-bundle-test-'));
const release = join(folder, 'release');
const work = join(folder, 'work');

before(async () => {
  await bundle(fileURLToPath(new URL('..', import.meta.url)), release);
  for (const [path, text] of Object.entries(firstBuild)) {
    mkdirSync(join(work, dirname(path)), { recursive: true });
    writeFileSync(join(work, path), text);
  }
});
after(() => rmSync(folder, { recursive: true, force: true }));

describe('the release', () => {
  it('builds what the sources build, byte for byte', async () => {
    const resources = await buildKustomization(memoryTree(firstBuild), 'overlay', { order: 'legacy' });
    const { code, stdout, stderr } = await capstan('build', join(work, 'overlay'));
    assert.equal(stderr, '');
    assert.equal(code, 0);
    assert.equal(stdout, stringifyAll(resources.map(({ object }) => object)));
  });

  it('tells of every command, and of one', async () => {
    const all = await capstan('--help');
    assert.equal(all.code, 0, all.stderr);
    for (const name of ['up', 'build', 'run', 'sandbox', 'diff'])
      assert.match(all.stdout, new RegExp(`^ {2}${name} `, 'm'));
    const one = await capstan('build', '--help');
    assert.match(one.stdout, /^Usage: capstan build /);
    assert.equal((await capstan('bulid')).code, 2);
  });

  it('runs everything: sandbox, Git host, controllers and the workers that render', async () => {
    const { code, stderr } = await capstan('up', '--once', '--port', '0', '--timeout', '120s');
    assert.equal(code, 0, stderr);
    assert.match(stderr, /everything is synced and healthy/);
  });
});

/** Runs the release in the work folder, with nothing of the sources around it. */
function capstan(...args: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { NODE_COMPILE_CACHE: _, KUBECONFIG: __, CAPSTAN_LAUNCHER: ___, ...env } = process.env;
  const child = spawn(join(release, 'capstan'), args, {
    cwd: work,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...env, CAPSTAN_NODE: process.execPath },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
}
