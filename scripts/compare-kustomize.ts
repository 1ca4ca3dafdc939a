// `npm run compare-kustomize -- FOLDER…`: builds every kustomization below the folders with the real kustomize and with
// ours, and tells where they differ: in success, or in a byte of what they print. What names something elsewhere, a chart
// or a program is refused by name and counted apart. Ends with 1 where something differs.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { findKustomize } from '../fuzz/kustomize/oracle.ts';
import { isCapstanError, messageOf, type CapstanError } from '../packages/errors/src/index.ts';
import { buildKustomization, KUSTOMIZATION_NAMES, stringifyManifests } from '../packages/render/src/kustomize/index.ts';
import { localTree } from '../packages/source/src/local/local-tree.ts';

/** `refused: …` names what we refuse by name, which says nothing about the rest of a kustomization. */
type Verdict = 'same output' | 'both refuse' | 'different' | `refused: ${string}`;

const MAX_OUTPUT = 2 ** 28;
const here = process.env['INIT_CWD'] ?? process.cwd();

interface Ours {
  readonly text?: string;
  readonly refused?: string;
  readonly message?: string;
}

const program = findKustomize();
const folders = process.argv.slice(2).map((folder) => resolve(here, folder));
if (program === undefined || folders.length === 0) {
  process.stderr.write('usage: npm run compare-kustomize -- FOLDER…; KUSTOMIZE names the real program\n');
  process.exit(2);
}
const counts = new Map<Verdict, number>();
for (const folder of folders) for (const path of kustomizations(folder)) await compare(program, folder, path);
const told = [...counts].map(([verdict, count]) => `${count} ${verdict}`).join(', ');
process.stdout.write(`${told || 'no kustomizations'}\n`);
process.exitCode = counts.has('different') ? 1 : 0;

/** The folders below a folder that hold a kustomization. */
function kustomizations(folder: string): readonly string[] {
  const files = globSync(
    KUSTOMIZATION_NAMES.map((name) => `**/${name}`),
    { cwd: folder, exclude: ['**/.git'] },
  );
  return [...new Set(files.map((file) => (dirname(file) === '.' ? '' : dirname(file))))].sort();
}

async function compare(real: string, folder: string, path: string): Promise<void> {
  const ours = await build(folder, path);
  if (ours.refused !== undefined) {
    count(`refused: ${ours.refused}`);
    return;
  }
  const theirs = spawnSync(real, ['build', join(folder, path)], { encoding: 'utf8', maxBuffer: MAX_OUTPUT });
  const builds = theirs.status === 0;
  const same = builds ? ours.text === theirs.stdout : ours.text === undefined;
  count(same ? (builds ? 'same output' : 'both refuse') : 'different');
  if (same) return;
  process.stdout.write(`different: ${join(folder, path)}\n`);
  if (ours.text !== undefined && builds) process.stdout.write(firstDifference(ours.text, theirs.stdout));
  else
    process.stdout.write(
      `  ours: ${ours.message ?? 'builds'}\n  kustomize: ${builds ? 'builds' : theirs.stderr.slice(0, 300)}\n`,
    );
}

function count(verdict: Verdict): void {
  counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
}

async function build(folder: string, path: string): Promise<Ours> {
  try {
    const resources = await buildKustomization(localTree(folder), path, { order: 'legacy' });
    return { text: stringifyManifests(resources.map(({ object }) => object)) };
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    const message = `${error.code}: ${messageOf(error)}`;
    const refused = refusalOf(error);
    return refused === undefined ? { message } : { message, refused };
  }
}

function refusalOf({ code, data }: CapstanError): string | undefined {
  if (code === 'REMOTE_NOT_ALLOWED') return 'it lies elsewhere';
  if (code === 'RENDER_EXEC_REFUSED') return 'a program';
  return code === 'RENDER_UNSUPPORTED' ? String(data['feature']) : undefined;
}

function firstDifference(ours: string, theirs: string): string {
  const left = ours.split('\n');
  const right = theirs.split('\n');
  const at = right.findIndex((line, index) => line !== left[index]);
  const line = at < 0 ? right.length : at;
  const around = (lines: readonly string[]) => lines.slice(Math.max(line - 3, 0), line + 4).join('\n');
  return `--- kustomize, line ${line + 1}\n${around(right)}\n--- ours\n${around(left)}\n`;
}
