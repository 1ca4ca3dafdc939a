// Builds every kustomization below a folder with the real kustomize and with ours and tells where they differ:
// `node scripts/compare-kustomize.ts PROGRAM FOLDER…`. Ends with 1 where something differs that we do not refuse by name.
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { isCapstanError } from '../packages/errors/src/index.ts';
import { buildKustomization, KUSTOMIZATION_NAMES } from '../packages/render/src/kustomize/index.ts';
import { memoryTree } from '../packages/tree/src/index.ts';
import { stringifyAll } from '../packages/yaml/src/index.ts';

const [program, ...folders] = process.argv.slice(2);
if (program === undefined || folders.length === 0) throw new Error('usage: compare-kustomize.ts PROGRAM FOLDER…');
const counts = { same: 0, refused: 0, different: 0 };

for (const folder of folders) {
  const files = globSync('**', { cwd: folder, withFileTypes: true, exclude: ['**/.git'] }).filter((entry) =>
    entry.isFile(),
  );
  const paths = files.map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  const tree = memoryTree(paths.map((path) => [path, readFileSync(join(folder, path))]));
  for (const path of paths.filter((name) =>
    (KUSTOMIZATION_NAMES as readonly string[]).some((known) => name.split('/').at(-1) === known),
  )) {
    const root = dirname(path) === '.' ? '' : dirname(path);
    const theirs = spawnSync(program, ['build', join(folder, root)], { encoding: 'utf8', maxBuffer: 2 ** 28 });
    const ours = await build(tree, root);
    const verdict = ours.refused
      ? 'refused'
      : theirs.status === 0
        ? ours.text === theirs.stdout
          ? 'same'
          : 'different'
        : ours.text === undefined
          ? 'same'
          : 'different';
    counts[verdict]++;
    if (verdict === 'same') continue;
    process.stdout.write(
      `${verdict}: ${join(folder, root)}: ${ours.message ?? ''} / ${theirs.status === 0 ? 'builds' : theirs.stderr.slice(0, 300)}\n`,
    );
    if (verdict === 'different' && ours.text !== undefined)
      process.stdout.write(firstDifference(ours.text, theirs.stdout));
  }
}
process.stdout.write(`${counts.same} same, ${counts.refused} refused by name, ${counts.different} different\n`);
process.exitCode = counts.different === 0 ? 0 : 1;

async function build(
  tree: Parameters<typeof buildKustomization>[0],
  path: string,
): Promise<{ readonly text?: string; readonly message?: string; readonly refused: boolean }> {
  try {
    const resources = await buildKustomization(tree, path, { order: 'legacy' });
    return { text: stringifyAll(resources.map(({ object }) => object)), refused: false };
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    return { message: `${error.code}: ${error.message}`, refused: error.code === 'RENDER_UNSUPPORTED' };
  }
}

function firstDifference(ours: string, theirs: string): string {
  const left = ours.split('\n');
  const right = theirs.split('\n');
  const at = Math.max(
    right.findIndex((line, index) => line !== left[index]),
    0,
  );
  const around = (lines: readonly string[]) => lines.slice(Math.max(at - 3, 0), at + 4).join('\n');
  return `--- kustomize\n${around(right)}\n--- ours\n${around(left)}\n`;
}
