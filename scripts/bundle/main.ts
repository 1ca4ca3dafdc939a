// `npm run bundle [-- DIR]`: writes the release to DIR (default: dist) and compiles it once, so that it starts fast.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.ts';
import { firstBuild } from './first-build.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const directory = resolve(process.env['INIT_CWD'] ?? root, process.argv[2] ?? join(root, 'dist'));
const { files, bytes } = await bundle(root, directory);
compile(join(directory, 'capstan'));
process.stdout.write(`${files} files, ${(bytes / 2 ** 20).toFixed(1)} MiB in ${relative(root, directory) || '.'}\n`);

/** Runs what is asked for most: what is compiled then is kept. */
function compile(capstan: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'capstan-bundle-'));
  try {
    for (const [path, text] of Object.entries(firstBuild)) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    // `build` first: of a file, what was compiled when it was run for the first time is kept.
    run(capstan, ['build', join(folder, 'overlay')], {});
    run(capstan, [], { CAPSTAN_PROGRAM: 'compile-ahead' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the release under the Node that runs now, without a compile cache of somebody else's. */
function run(capstan: string, args: readonly string[], more: NodeJS.ProcessEnv): void {
  const { NODE_COMPILE_CACHE: _, ...rest } = process.env;
  const env = { ...rest, CAPSTAN_NODE: process.execPath, ...more };
  const { status, stderr } = spawnSync(capstan, args, { encoding: 'utf8', env });
  if (status !== 0) throw new Error(`the bundle cannot run ${args.join(' ')}:\n${stderr}`);
}
