import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundle } from './bundle.ts';
import { firstBuild } from './first-build.ts';

/** Writes the release to a folder and runs what is asked for most: what is compiled then is kept there. */
export async function makeRelease(root: string, directory: string): Promise<{ files: number; bytes: number }> {
  const size = await bundle(root, directory);
  const capstan = join(directory, 'capstan');
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
  return size;
}

/** Runs the release under the Node that runs now, without a compile cache of somebody else's. */
function run(capstan: string, args: readonly string[], more: NodeJS.ProcessEnv): void {
  const { NODE_COMPILE_CACHE: _, ...rest } = process.env;
  const env = { ...rest, CAPSTAN_NODE: process.execPath, ...more };
  const { status, stderr } = spawnSync(capstan, args, { encoding: 'utf8', env });
  if (status !== 0) throw new Error(`the bundle cannot run ${args.join(' ')}:\n${stderr}`);
}
