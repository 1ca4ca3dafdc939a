import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { Engine } from '@capstan/controllers';
import {
  listenForArtifacts,
  listenForDebug,
  listenForHooks,
  listenForMetrics,
  listenForPeople,
  type AppFeed,
  type Inspection,
  type ListenAddress,
  type Listener,
} from '@capstan/server';

/** Which listeners are opened, and where. Those without an address stay closed. */
export interface ListenerOptions {
  readonly listen: ListenAddress;
  readonly artifacts: ListenAddress;
  readonly webhooks?: ListenAddress;
  readonly metrics?: ListenAddress;
  readonly debug?: ListenAddress;
  readonly debugTokenFile?: string;
}

/** Open listeners, by name. */
export type Listeners = Readonly<Partial<Record<'listen' | 'artifacts' | 'webhooks' | 'metrics' | 'debug', Listener>>>;

/** Opens the listeners. Throws SERVER_LISTEN_FAILED; then none of them stays open. */
export async function openListeners(
  options: ListenerOptions,
  parts: {
    readonly engine: Engine;
    readonly feed: AppFeed;
    readonly inspection: Inspection;
    readonly refresh: (repositoryUrl: string) => number;
  },
): Promise<Listeners> {
  const open: Record<string, Listener> = {};
  try {
    open['artifacts'] = await listenForArtifacts(parts.engine.artifacts, options.artifacts);
    open['listen'] = await listenForPeople(parts.feed, options.listen);
    if (options.webhooks !== undefined) open['webhooks'] = await listenForHooks(parts.refresh, options.webhooks);
    if (options.metrics !== undefined) open['metrics'] = await listenForMetrics(parts.inspection, options.metrics);
    if (options.debug !== undefined && options.debugTokenFile !== undefined) {
      const token = await tokenOf(options.debugTokenFile);
      open['debug'] = await listenForDebug(parts.inspection, token, options.debug);
    }
    return open;
  } catch (error) {
    await closeListeners(open);
    throw error;
  }
}

/** Closes every listener. */
export async function closeListeners(listeners: Listeners): Promise<void> {
  await Promise.all(Object.values(listeners).map((listener) => listener?.close()));
}

/** The token in a file, which is made with a new one where there is none. */
async function tokenOf(file: string): Promise<string> {
  const known = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (known !== '') return known;
  const made = randomBytes(32).toString('base64url');
  await writeFile(file, `${made}\n`, { mode: 0o600 });
  return made;
}
