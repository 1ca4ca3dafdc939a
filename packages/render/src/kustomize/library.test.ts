import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const example = (name: string): string => readFileSync(new URL(`./examples/${name}.ts`, import.meta.url), 'utf8');

describe('the examples in the README', () => {
  it('are those that run here', () => {
    const shown = [...readme.matchAll(/```ts\n([^]*?)```/g)].map(([, code]) => code);
    assert.deepEqual(shown, ['build-a-folder', 'fetch-bases', 'lay-over'].map(example));
  });

  it('build a folder', async () => {
    const { text } = await import('./examples/build-a-folder.ts');
    assert.equal(text, 'apiVersion: v1\ndata:\n  LEVEL: info\nkind: ConfigMap\nmetadata:\n  name: prod-settings\n');
  });

  it('build a base that lies elsewhere', async () => {
    const { text } = await import('./examples/fetch-bases.ts');
    assert.equal(text, 'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: robot\n  namespace: shop\n');
  });

  it('lay fields over a folder without a kustomization', async () => {
    const { files } = await import('./examples/lay-over.ts');
    assert.deepEqual(
      files.map(({ name }) => name),
      ['apps_v1_deployment_web.yaml'],
    );
    assert.match(files[0]?.text ?? '', /image: nginx:1.28\n/);
  });
});
