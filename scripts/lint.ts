// `npm run lint`: eslint with types, then prettier in check mode. `npm run lint -- PATH…` looks at those paths only.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (path: string) => fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url));
const paths = process.argv.slice(2);
const targets = paths.length > 0 ? paths : ['.'];

let failed = false;
for (const command of [
  ['--max-old-space-size=6144', at('eslint/bin/eslint.js'), '--max-warnings=0', '--no-warn-ignored', ...targets],
  [at('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', ...targets],
]) {
  const done = spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' });
  if (done.error !== undefined) throw done.error;
  failed ||= done.status !== 0;
}
process.exitCode = failed ? 1 : 0;
