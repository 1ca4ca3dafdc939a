import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { getKey, isJsonObject, parseJson } from '@capstan/object';
import type { LastRun } from './last-run.ts';

/** The ports of `up`, all on 127.0.0.1; 0 where a free one is to be taken. */
export interface Ports {
  readonly sandbox: number;
  readonly git: number;
  readonly listen: number;
  readonly artifacts: number;
  readonly webhooks: number;
  readonly metrics: number;
  readonly debug: number;
}

const names = ['sandbox', 'git', 'listen', 'artifacts', 'webhooks', 'metrics', 'debug'] as const;
/** Where the page is when nothing is asked for and nobody has the port. */
export const FIRST_PAGE_PORT = 8484;
/** How long a port of the last run may still be held by what is just ending: by the way that it ended. */
const PATIENCE_MS: Readonly<Record<LastRun, number>> = { 'in order': 3_000, killed: 20_000 };
const LOOK_MS = 100;

/**
 * The ports of the last run where they can be had again; 0 for the others. Without one of the last run the page gets
 * `firstPagePort`, where that is free.
 */
export async function keptPorts(file: string, firstPagePort: number, last: LastRun): Promise<Ports> {
  const text = await readFile(file, 'utf8').catch(() => '{}');
  const kept = read(text);
  const until = Date.now() + PATIENCE_MS[last];
  const found = await Promise.all(
    names.map(async (name) => {
      const port = kept[name];
      // Only what we had before can be ours again in a moment.
      const wanted = port ?? (name === 'listen' ? firstPagePort : 0);
      return [name, await orNone(wanted, port === undefined ? 0 : until)] as const;
    }),
  );
  return {
    sandbox: 0,
    git: 0,
    listen: 0,
    artifacts: 0,
    webhooks: 0,
    metrics: 0,
    debug: 0,
    ...Object.fromEntries(found),
  };
}

function read(text: string): Partial<Record<(typeof names)[number], number>> {
  try {
    const value = parseJson(text);
    if (!isJsonObject(value)) return {};
    return Object.fromEntries(
      names.flatMap((name) => {
        const port = getKey(value, name);
        return typeof port === 'number' && port > 0 && port < 65_536 ? [[name, port] as const] : [];
      }),
    );
  } catch {
    // A file that cannot be read keeps nothing: every port is taken anew.
    return {};
  }
}

async function orNone(port: number, until: number): Promise<number> {
  if (port === 0) return 0;
  for (;;) {
    if (await isFree(port)) return port;
    if (Date.now() >= until) return 0;
    await new Promise((resolve) => {
      setTimeout(resolve, LOOK_MS);
    });
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
