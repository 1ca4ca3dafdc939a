// A process that builds a folder as `capstan build` does, again each time that it is told to: `warm-builds.ts FOLDER`.
// It builds for a while first, then answers each line on its input with what one build took: {"ms", "cpuMs"}.
import { createInterface } from 'node:readline';
import { buildFolder } from '../packages/cli/src/build/build-folder.ts';

/** How long it builds before it counts as warm, and how often at least. */
const WARM_UP_MS = 3_000;
const WARM_UP_BUILDS = 3;

const [folder = '.'] = process.argv.slice(2);

const begun = performance.now();
for (let builds = 0; builds < WARM_UP_BUILDS || performance.now() - begun < WARM_UP_MS; builds++) await build();
process.stdout.write('{}\n');
for await (const _ of createInterface(process.stdin)) process.stdout.write(`${JSON.stringify(await build())}\n`);

async function build(): Promise<{ readonly ms: number; readonly cpuMs: number }> {
  const cpu = process.cpuUsage();
  const from = performance.now();
  const { text } = await buildFolder(folder, { recurse: false });
  // What was put together piece by piece is one text only once it is written.
  Buffer.byteLength(text);
  const ms = performance.now() - from;
  const { user, system } = process.cpuUsage(cpu);
  return { ms, cpuMs: (user + system) / 1000 };
}
