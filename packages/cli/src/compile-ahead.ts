// Loads what the long-running commands load, and renders once, so that compiled code is kept for all processes to come.
import { memoryTree } from '@capstan/tree';
import { createProgram } from './program.ts';
import { pooledRenderer } from './wiring/pooled-renderer.ts';

await Promise.all([
  import('./command-line/flux-flags.ts'),
  import('./run/run-controllers.ts'),
  import('./up/run-up.ts'),
  import('./wiring/log.ts'),
]);
await createProgram();
const renderer = pooledRenderer({ workers: 1 });
await renderer.render({
  owner: 'nobody',
  tree: memoryTree({ 'kustomization.yaml': 'resources: []\n' }),
  request: { engine: 'kustomize', path: '', generate: false, order: 'input' },
});
await renderer.close();
