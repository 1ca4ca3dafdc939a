import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeRelease } from '../scripts/bundle/release.ts';
import { filesOfKustomize, SHAPES, type Shape } from './kustomize-workload.ts';
import { beside, median, round, type Row } from './row.ts';
import { timedRun, type TimedRun } from './timed-run.ts';
import { startWarmProcess, type WarmBuild } from './warm-process.ts';

/** Resources of the plain base whose manifest is larger than 5 MB; kustomize's own time for it grows with the square. */
const FIVE_MEGABYTES = 9_000;

/** What is measured, and how often. */
export interface KustomizeOptions {
  readonly sizes: readonly number[];
  /** Builds of each kind at each size; fewer at the large ones when it is left out. */
  readonly runs?: number;
}

/** What the builds of one folder took. */
interface Measured {
  readonly warm: readonly WarmBuild[];
  readonly cold: readonly TimedRun[];
  readonly peer: readonly TimedRun[];
  readonly warmPeak: number;
}

/**
 * Plain bases and overlays of several sizes, built warm in process and cold by the release, beside the real kustomize
 * where it is on the machine: ours and theirs in turn, so that both see the same load. Throws where the outputs differ.
 */
export async function kustomize(options: KustomizeOptions, say: (text: string) => void): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'capstan-bench-kustomize-'));
  const kustomize = join(process.env['ORACLES'] ?? join(homedir(), '.cache', 'capstan-oracles'), 'kustomize');
  const peer = existsSync(kustomize) ? kustomize : undefined;
  if (peer === undefined) say('the real kustomize is not installed: nothing is compared');
  try {
    const release = join(folder, 'release');
    await makeRelease(fileURLToPath(new URL('..', import.meta.url)), release);
    const programs = { capstan: join(release, 'capstan'), peer, folder };
    const rows: Row[] = [];
    const warm = new Map<string, number>();
    for (const size of options.sizes) {
      const work = writeWorkload(folder, size);
      for (const shape of SHAPES) {
        const name = `kustomize/${shape}-${size}`;
        say(name);
        const measured = await measure(join(work, shape), programs, roundsOf(size, shape, options.runs));
        warm.set(`${shape}-${size}`, median(measured.warm.map(({ cpuMs }) => cpuMs)));
        const found = rowsOf(name, measured);
        rows.push(...found);
        say(
          found
            .map(
              ({ metric, value, unit, ratio }) =>
                `  ${metric} ${value} ${unit}${ratio === undefined ? '' : `, ${ratio}×`}`,
            )
            .join('\n'),
        );
      }
    }
    rows.push(...growth(options.sizes, warm));
    if (options.sizes.includes(5_000)) {
      say('kustomize/manifest-5mb');
      const base = join(writeWorkload(folder, FIVE_MEGABYTES), 'base');
      const rounds = { ours: 3, peer: 0 };
      rows.push(...rowsOf('kustomize/manifest-5mb', await measure(base, { ...programs, peer: undefined }, rounds)));
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeWorkload(folder: string, size: number): string {
  const work = join(folder, String(size));
  // A repository, as folders with bases are: what a build may read ends at its top.
  mkdirSync(join(work, '.git'), { recursive: true });
  for (const [path, text] of Object.entries(filesOfKustomize(size))) {
    mkdirSync(join(work, dirname(path)), { recursive: true });
    writeFileSync(join(work, path), text);
  }
  return work;
}

interface Rounds {
  readonly ours: number;
  /** Of these the real kustomize takes part: at 5,000 one of its builds takes minutes. */
  readonly peer: number;
}

function roundsOf(size: number, shape: Shape, runs: number | undefined): Rounds {
  const few = size > 1_000;
  const ours = few ? Math.min(runs ?? 3, 3) : (runs ?? (size > 100 ? 5 : 15));
  return { ours, peer: few ? 1 : size > 100 && shape === 'overlay' ? Math.min(ours, 3) : ours };
}

async function measure(
  folder: string,
  programs: { readonly capstan: string; readonly peer: string | undefined; readonly folder: string },
  rounds: Rounds,
): Promise<Measured> {
  const outputs = { ours: join(programs.folder, 'ours.yaml'), peer: join(programs.folder, 'peer.yaml') };
  const { NODE_COMPILE_CACHE: _, ...rest } = process.env;
  const env = { ...rest, CAPSTAN_NODE: process.execPath };
  const [warm, cold, peer]: [WarmBuild[], TimedRun[], TimedRun[]] = [[], [], []];
  const builds = await startWarmProcess(folder);
  try {
    for (let round = 0; round < rounds.ours; round++) {
      if (programs.peer !== undefined && round < rounds.peer)
        peer.push(await timedRun([programs.peer, 'build', folder], outputs.peer, env));
      warm.push(await builds.build());
      cold.push(await timedRun([programs.capstan, 'build', folder], outputs.ours, env));
    }
    if (
      peer.length > 0 &&
      !peer.some(({ stopped }) => stopped) &&
      !readFileSync(outputs.ours).equals(readFileSync(outputs.peer))
    )
      throw new Error(`${folder}: the real kustomize builds something else`);
    return { warm, cold, peer, warmPeak: builds.peakMebibytes() };
  } finally {
    await builds.close();
  }
}

function rowsOf(benchmark: string, { warm, cold, peer, warmPeak }: Measured): readonly Row[] {
  const row = (metric: string, unit: string, ours: readonly number[], theirs: readonly number[]): Row => {
    const own: Row = { benchmark, metric, unit, value: round(median(ours)) };
    return theirs.length === 0 ? own : beside(own, theirName, round(median(theirs)));
  };
  const theirName = peer.some(({ stopped }) => stopped) ? 'kustomize, stopped before it was done' : 'kustomize';
  const wall = peer.map(({ ms }) => ms);
  const cpu = peer.map(({ cpuMs }) => cpuMs);
  const peaks = peer.map(({ peakMebibytes }) => peakMebibytes);
  return [
    row(
      'warm',
      'ms',
      warm.map(({ ms }) => ms),
      wall,
    ),
    row(
      'warm-cpu',
      'ms',
      warm.map(({ cpuMs }) => cpuMs),
      cpu,
    ),
    row(
      'cold',
      'ms',
      cold.map(({ ms }) => ms),
      wall,
    ),
    row(
      'cold-cpu',
      'ms',
      cold.map(({ cpuMs }) => cpuMs),
      cpu,
    ),
    row(
      'cold-peak',
      'MiB',
      cold.map(({ peakMebibytes }) => peakMebibytes),
      peaks,
    ),
    row('warm-peak', 'MiB', [warmPeak], peaks),
  ];
}

/** How many times the CPU time the largest takes that it would if time grew with size alone, from 100 on: 1 is linear. */
function growth(sizes: readonly number[], warm: ReadonlyMap<string, number>): readonly Row[] {
  const [from, to] = [100, Math.max(...sizes)];
  if (!sizes.includes(from) || to <= from) return [];
  return SHAPES.map((shape) => {
    const times = (warm.get(`${shape}-${to}`) ?? 0) / (warm.get(`${shape}-${from}`) ?? 1);
    return {
      benchmark: `kustomize/${shape}`,
      metric: `growth-${from}-${to}`,
      unit: '× linear',
      value: round((times * from) / to),
    };
  });
}
