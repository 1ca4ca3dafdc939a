// Runs a script of the project under the pinned Node: `node bootstrap/run.mjs FILE ARG…`. Every npm script starts here.
import { spawn } from 'node:child_process';
import { delimiter, dirname, resolve } from 'node:path';
import { compileCache, prepare, root } from './bootstrap.mjs';

const [file, ...args] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write('usage: node bootstrap/run.mjs FILE ARG…\n');
  process.exit(2);
}

let node;
try {
  node = await prepare();
} catch (error) {
  process.stderr.write(`capstan: ${error.message}\n`);
  process.exit(1);
}

// Below 2 GB of heap V8 lets it grow to twice of what lives before it cleans up, above to four times.
const heap = file.startsWith('packages/cli/') ? ['--max-old-space-size=1900', '--v8-pool-size=1'] : [];
// A small nursery: what a turn makes lives for that turn, and a nursery that grows with the load stays long after it.
const child = spawn(
  node,
  ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=4', ...heap, resolve(root, file), ...args],
  {
    stdio: 'inherit',
    // So that what runs for long can see this process killed, which passes nothing on.
    env: {
      ...process.env,
      PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}`,
      CAPSTAN_LAUNCHER: String(process.pid),
      // Stripped types are kept: processes start in a third of the time and need a third less memory.
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? compileCache,
      // Buffers of a socket's size go back to the system when they are let go: glibc would keep a fifth of the memory.
      MALLOC_MMAP_THRESHOLD_: process.env.MALLOC_MMAP_THRESHOLD_ ?? '65536',
      MALLOC_ARENA_MAX: process.env.MALLOC_ARENA_MAX ?? '2',
    },
  },
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  process.stderr.write(`capstan: could not start ${node}: ${error.message}\n`);
  process.exit(1);
});
child.on('exit', (code, signal) => {
  process.exitCode = code ?? 128 + (signal === 'SIGINT' ? 2 : signal === 'SIGKILL' ? 9 : 15);
});
