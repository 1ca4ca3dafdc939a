import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { execFileSync } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { CapstanError } from '@capstan/errors';
import { ContentCache } from '../content-cache.ts';
import type { HeadStart } from '../head-start.ts';
import { remoteTree } from '../remote-tree.ts';
import { serveTasks, type TaskContext } from '../serve-tasks.ts';

const cache = new ContentCache();

async function outcome(attempt: () => unknown): Promise<string> {
  try {
    await attempt();
    return 'allowed';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

const tasks: Readonly<Record<string, (argument: unknown, context: TaskContext) => unknown>> = {
  echo: (argument) => ({ argument, pid: process.pid }),
  throw: () => {
    throw new CapstanError('RENDER_INVALID', 'bad manifest', { data: { path: 'a.yaml', line: 3 } });
  },
  bug: () => {
    throw new TypeError('a bug');
  },
  // Says that it runs, then never gives the thread back.
  spin: (_argument, { request }) => {
    void request('running');
    setImmediate(() => {
      for (;;);
    });
    return new Promise(() => undefined);
  },
  // Waits for an answer that decides when it ends.
  wait: (_argument, { request }) => request('wait'),
  exit: () => process.exit(7),
  fill: () => {
    const held: unknown[] = [];
    for (;;) held.push(Array.from({ length: 10_000 }, (_, index) => ({ index })));
  },
  escape: async (argument) => ({
    readFile: await outcome(() => readFileSync(String(argument))),
    writeFile: await outcome(() => import('node:fs').then(({ writeFileSync }) => writeFileSync('/tmp/capstan-escape', ''))),
    writeCompiled: await outcome(() =>
      import('node:fs').then(({ writeFileSync }) =>
        writeFileSync(`${process.env['NODE_COMPILE_CACHE'] ?? '/tmp'}/capstan-escape`, ''),
      ),
    ),
    network: await outcome(() => new Promise((_resolve, reject) => connect(1, '127.0.0.1').on('error', reject))),
    child: await outcome(() => execFileSync('/bin/true')),
    worker: await outcome(() => new Worker('1', { eval: true })),
    code: await outcome(() => new Function('return 1')),
    environment: Object.keys(process.env),
  }),
  tree: async (start, { request }) => {
    const tree = remoteTree('digest', request, cache, start as HeadStart | undefined);
    const [entries] = await tree.list(['']);
    const files = await tree.read(['a.txt', 'missing', 'b/c.txt']);
    return { entries, files: files.map((file) => file && new TextDecoder().decode(file.bytes)) };
  },
};

serveTasks(async (input, context) => {
  const { task, argument } = input as { task: string; argument?: unknown };
  return tasks[task]?.(argument, context);
});
