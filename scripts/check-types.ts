// `npm run types`: the whole tree under Node's types, then the pure packages with no types but the language's own.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const tsc = fileURLToPath(new URL('../node_modules/@typescript/native/bin/tsc', import.meta.url));

let failed = false;
for (const project of ['tsconfig.json', 'tsconfig.pure.json']) {
  const done = spawnSync(process.execPath, [tsc, '-p', project, ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
  });
  if (done.error !== undefined) throw done.error;
  failed ||= done.status !== 0;
}
process.exitCode = failed ? 1 : 0;
