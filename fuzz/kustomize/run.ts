import { printFiles } from '../file-set.ts';
import { caseSeed, Random } from '../random.ts';
import { shrink } from '../shrink.ts';
import { compareBuilds, differsAlike, gist, type Comparison, type Outcome } from './compare.ts';
import type { FieldName } from './fields.ts';
import { makeOverlay, type Overlay } from './overlay.ts';

/** What a run does, and where it tells of itself. */
export interface FuzzOptions {
  readonly program: string;
  readonly count: number;
  readonly seed: number;
  readonly jobs: number;
  readonly only?: FieldName;
  /** Runs the one case that has this seed. */
  readonly onlyCase?: number;
  /** Goes on after the first differences. */
  readonly keepGoing: boolean;
  readonly say: (text: string) => void;
  readonly print: (text: string) => void;
}

/** Differences after which a run ends, unless it is to keep going. */
const ENOUGH = 10;

/** Compares overlays until their number is reached; gives the number that differed. */
export async function fuzzKustomize(options: FuzzOptions): Promise<number> {
  const { count, seed, jobs, only, say, print } = options;
  const total = options.onlyCase === undefined ? count : 1;
  let next = 0;
  let done = 0;
  let built = 0;
  const seen = new Set<string>();
  let differences = 0;
  const worker = async (): Promise<void> => {
    while (next < total && (options.keepGoing || differences < ENOUGH)) {
      const of = options.onlyCase ?? caseSeed(seed, next);
      next++;
      const overlay = makeOverlay(new Random(of), only);
      const comparison = await compareBuilds(options.program, overlay);
      if (comparison.theirs.kind === 'output') built++;
      if (comparison.difference !== 'none') {
        differences++;
        await report(options, overlay, comparison, of, seen);
      }
      done++;
      if (done % 50 === 0) say(`\r${done}/${total} overlays, ${built} built, ${differences} differences`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  say(`\r${done}/${total} overlays, ${built} built, ${differences} differences, seed ${seed}\n`);
  print(`${done} overlays, ${differences} differences\n`);
  return differences;
}

async function report(
  { program, only, print, say }: FuzzOptions,
  overlay: Overlay,
  comparison: Comparison,
  seed: number,
  seen: Set<string>,
): Promise<void> {
  const kind = `${gist(comparison.ours)} / ${gist(comparison.theirs)}`;
  const isNew = comparison.difference === 'output' || !seen.has(kind);
  seen.add(kind);
  const title = `##### ${comparison.difference}: --case ${seed}${only === undefined ? '' : ` --only ${only}`}`;
  if (!isNew) {
    print(`${title}\nlike one above: ${kind}\n\n`);
    return;
  }
  const files = await shrink(overlay.files, 'ustomization', (smaller) =>
    differsAlike(program, { ...overlay, files: smaller }, comparison),
  );
  const { ours, theirs } = await compareBuilds(program, { ...overlay, files });
  say('\n');
  print(`${title}\n${printFiles(files)}${describe(ours, theirs)}\n`);
}

function describe(ours: Outcome, theirs: Outcome): string {
  if (ours.kind === 'output' && theirs.kind === 'output') return diffLines(theirs.text, ours.text);
  return `--- kustomize: ${short(theirs)}\n+++ ours: ${short(ours)}\n`;
}

function short(outcome: Outcome): string {
  return outcome.kind === 'output'
    ? `builds\n${outcome.text.slice(0, 1500)}`
    : `${outcome.kind}: ${outcome.message.slice(0, 1500)}`;
}

/** Both texts where they differ: what is the same before and after is left out, but for three lines. */
function diffLines(theirs: string, ours: string): string {
  const left = theirs.split('\n');
  const right = ours.split('\n');
  let start = 0;
  while (start < left.length && left[start] === right[start]) start++;
  let end = 0;
  while (end < Math.min(left.length, right.length) - start && left.at(-1 - end) === right.at(-1 - end)) end++;
  const part = (lines: readonly string[], mark: string) =>
    lines
      .slice(start, lines.length - end)
      .slice(0, 30)
      .map((line) => `${mark}${line}\n`)
      .join('');
  const before = left.slice(Math.max(start - 3, 0), start).map((line) => ` ${line}\n`);
  return `--- kustomize\n+++ ours\n${before.join('')}${part(left, '-')}${part(right, '+')}`;
}
