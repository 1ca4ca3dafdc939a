import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError, type ErrorCode } from '@capstan/errors';
import { memoryTree } from '@capstan/tree';
import { DEFAULT_RENDER_LIMITS, type RenderLimits } from './limits.ts';
import { render } from './render.ts';
import type { RenderRequest } from './render-request.ts';

const CANARY = 'canary-3c1f';
const request: RenderRequest = { engine: 'detect', path: 'app', directory: { recurse: true } };

const refused = (files: Record<string, string>, codes: readonly ErrorCode[], limits: Partial<RenderLimits> = {}) =>
  assert.rejects(render(memoryTree(files), request, { ...DEFAULT_RENDER_LIMITS, ...limits }), (error) => {
    assert.ok(isCapstanError(error), String(error));
    assert.ok((codes as readonly string[]).includes(error.code), `${error.code}: ${error.message}`);
    assert.doesNotMatch(`${error.message} ${JSON.stringify(error.data)}`, new RegExp(CANARY));
    return true;
  });
const kustomization = (text: string, more: Record<string, string> = {}) => ({
  'app/kustomization.yaml': text,
  ...more,
});

describe('hostile content', () => {
  it('cannot read outside of its tree, nor beside its kustomization', async () => {
    const secret = { 'secret.txt': CANARY, 'app/x': '' };
    const codes: readonly ErrorCode[] = [
      'TREE_PATH_INVALID',
      'RENDER_INVALID',
      'RENDER_NOT_FOUND',
      'REMOTE_NOT_ALLOWED',
    ];
    for (const path of ['/proc/self/environ', '../../../../etc/passwd', '../secret.txt', 'file:///etc/passwd']) {
      await refused(kustomization(`configMapGenerator: [{name: a, files: ["x=${path}"]}]\n`, secret), codes);
      await refused(kustomization(`secretGenerator: [{name: a, envs: ["${path}"]}]\n`, secret), codes);
      await refused(kustomization(`resources: ["${path}"]\n`, secret), codes);
      await refused(kustomization(`patches: [{path: "${path}"}]\n`, secret), codes);
      await refused(kustomization(`components: ["${path}"]\n`, secret), codes);
      await refused(kustomization(`configurations: ["${path}"]\n`, secret), codes);
      await refused(kustomization(`replacements: [{path: "${path}"}]\n`, secret), codes);
    }
  });

  it('cannot make a build go on for ever: itself, each other, a tower, a tree of bases', async () => {
    await refused(kustomization('resources: [.]\n'), ['RENDER_INVALID']);
    await refused(kustomization('resources: [../app]\n'), ['RENDER_INVALID']);
    await refused(kustomization('resources: [../b]\n', { 'b/kustomization.yaml': 'resources: [../app]\n' }), [
      'RENDER_INVALID',
    ]);
    const tower: Record<string, string> = {};
    for (let at = 0; at < 200; at++) tower[`l${at}/kustomization.yaml`] = `resources: [../l${at + 1}]\n`;
    await refused(kustomization('resources: [../l0]\n', tower), ['RENDER_LIMIT']);
    const tree: Record<string, string> = {};
    for (let at = 0; at < 40; at++) {
      for (const side of ['a', 'b']) {
        tree[`${side}${at}/kustomization.yaml`] = `namePrefix: ${side}\nresources: [../a${at + 1}, ../b${at + 1}]\n`;
      }
    }
    for (const side of ['a', 'b']) tree[`${side}40/kustomization.yaml`] = 'namePrefix: x\nresources: []\n';
    await refused(kustomization('resources: [../a0]\n', tree), ['RENDER_LIMIT']);
  });

  it('is bounded in files, bytes and objects', async () => {
    const map = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;
    const many = Array.from({ length: 50 }, (_, index) => map(`m${index}`)).join('---\n');
    await refused({ 'app/a.yaml': many }, ['RENDER_LIMIT'], { maxObjects: 40 });
    await refused({ 'app/a.yaml': '#'.repeat(11 * 1024 * 1024) }, ['RENDER_LIMIT']);
    await refused(kustomization('resources: [a.yaml]\n', { 'app/a.yaml': many }), ['RENDER_LIMIT'], { maxObjects: 40 });
    await refused(kustomization('resources: [a.yaml]\n', { 'app/a.yaml': many }), ['RENDER_LIMIT'], {
      maxBytes: 1_000,
    });
    await refused(kustomization('resources: [a, b, c]\n'), ['RENDER_LIMIT'], { maxFiles: 4 });
  });

  it('cannot blow up through aliases, depth or nested lists', async () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (let at = 1; at < 9; at++)
      bomb.push(
        `k${at}: &k${at} [${Array(9)
          .fill(at === 1 ? '*a' : `*k${at - 1}`)
          .join(', ')}]`,
      );
    const object = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n${bomb.join('\n')}\n`;
    const deep = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nx: ${'['.repeat(20_000)}\n`;
    const codes: readonly ErrorCode[] = ['RENDER_INVALID', 'RENDER_LIMIT', 'YAML_LIMIT', 'YAML_INVALID'];
    for (const text of [object, deep]) {
      await refused({ 'app/a.yaml': text }, codes);
      await refused(kustomization('resources: [a.yaml]\n', { 'app/a.yaml': text }), codes);
      await refused(kustomization(text), codes);
    }
    const lists = `${'{apiVersion: v1, kind: List, items: ['.repeat(150)}${']}'.repeat(150)}`;
    await refused(kustomization('resources: [a.yaml]\n', { 'app/a.yaml': lists }), codes);
  });

  it('cannot hang a regular expression', async () => {
    const name = 'a'.repeat(60);
    const files = kustomization(
      'resources: [a.yaml]\npatches: [{target: {name: "(a+)+b"}, patch: "[{\\"op\\": \\"remove\\", \\"path\\": \\"/x\\"}]"}]\nimages: [{name: "(a+)+b", newTag: x}]\n',
      {
        'app/a.yaml': `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {containers: [{image: ${name}}]}\n`,
      },
    );
    assert.equal((await render(memoryTree(files), request)).objects.length, 1);
    const plain = { ...request, directory: { recurse: true, include: `${'*a'.repeat(200)}b` } };
    assert.equal((await render(memoryTree({ [`app/${'a'.repeat(200)}.yaml`]: 'x' }), plain)).objects.length, 0);
  });

  it('starts nothing and fetches nothing: remote bases, charts, exec and container functions are refused by name', async () => {
    const code: readonly ErrorCode[] = ['RENDER_UNSUPPORTED'];
    const elsewhere: readonly ErrorCode[] = ['REMOTE_NOT_ALLOWED'];
    for (const base of [
      'http://169.254.169.254/latest',
      'git::https://x/y/z',
      'git@host:a/b.git',
      'ssh://h/o/r',
      'file:///r',
    ]) {
      await refused(kustomization(`resources: ["${base}"]\n`), elsewhere);
    }
    await refused(kustomization('helmCharts: [{name: x, releaseName: --post-renderer}]\n'), code);
    const run = `apiVersion: v1\nkind: Mine\nmetadata:\n  name: m\n  annotations:\n    config.kubernetes.io/function: "exec: {path: ./run}"\n`;
    await refused(kustomization('transformers: [run.yaml]\n', { 'app/run.yaml': run }), ['RENDER_EXEC_REFUSED']);
    await refused(kustomization('generators: [run.yaml]\n', { 'app/run.yaml': run }), ['RENDER_EXEC_REFUSED']);
  });

  it('does not tell a secret in an error', async () => {
    const broken = `apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  password: ${CANARY}\n bad`;
    await refused({ 'app/s.yaml': broken }, ['RENDER_INVALID']);
    await refused(kustomization('resources: [s.yaml]\n', { 'app/s.yaml': broken }), ['RENDER_INVALID']);
    await refused(kustomization(`secretGenerator: [{name: s, literals: ["${CANARY}"]}]\n`), ['RENDER_INVALID']);
  });
});
