// A process that builds a folder as `capstan build` does, again each time that it is told to: `warm-builds.ts FOLDER`.
// It builds for a while first. Each line on its input it answers with what a build takes, {"ms", "cpuMs"}: the median of
// as many as fit into a moment, since one that takes milliseconds may be held up by anything else on the machine.
import { createInterface } from 'node:readline';
import { buildFolder } from '../packages/cli/src/build/build-folder.ts';
import { median } from './row.ts';

/** CPU time for which it builds before it counts as warm, and how often at least. */
const WARM_UP_CPU_MS = 2_500;
const WARM_UP_BUILDS = 3;
/** How long it goes on building for one answer. */
const MOMENT_MS = 300;

interface Build {
  readonly ms: number;
  readonly cpuMs: number;
}

const [folder = '.'] = process.argv.slice(2);

for (let builds = 0, cpuMs = 0; builds < WARM_UP_BUILDS || cpuMs < WARM_UP_CPU_MS; builds++)
  cpuMs += (await build()).cpuMs;
process.stdout.write('{}\n');
for await (const _ of createInterface(process.stdin)) process.stdout.write(`${JSON.stringify(await typical())}\n`);

async function typical(): Promise<Build> {
  const builds: Build[] = [];
  for (const from = performance.now(); builds.length === 0 || performance.now() - from < MOMENT_MS;)
    builds.push(await build());
  return { ms: median(builds.map(({ ms }) => ms)), cpuMs: median(builds.map(({ cpuMs }) => cpuMs)) };
}

async function build(): Promise<Build> {
  const cpu = process.cpuUsage();
  const from = performance.now();
  const { text } = await buildFolder(folder, { recurse: false });
  // What was put together piece by piece is one text only once it is written.
  Buffer.byteLength(text);
  const ms = performance.now() - from;
  const { user, system } = process.cpuUsage(cpu);
  return { ms, cpuMs: (user + system) / 1000 };
}
