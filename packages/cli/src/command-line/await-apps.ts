import { CapstanError } from '@capstan/errors';
import type { KubeClient } from '@capstan/kube';
import { createWatchCache } from '@capstan/kube';
import { refKey } from '@capstan/object';
import { appKinds, shortRevision, viewOf, type AppView } from '@capstan/views';
import { fullName } from './find-apps.ts';
import { plainLine } from './plain-text.ts';

/** How an app stands towards what is waited for. */
export type Standing = 'there' | 'on its way' | 'degraded' | 'blocked';

/** What is waited for. */
export interface Awaited {
  /** The apps, by their reference's key. */
  readonly keys: ReadonlySet<string>;
  readonly timeoutMs: number;
  readonly standing: (app: AppView, object: Parameters<typeof viewOf>[0]) => Standing;
}

/**
 * Waits on a watch until every app is there; each change is told on stderr. Returns the apps as they are then. Throws
 * WAIT_TIMEOUT, APP_DEGRADED and APP_BLOCKED, each naming the apps that it is about.
 */
export async function awaitApps(client: KubeClient, awaited: Awaited): Promise<readonly AppView[]> {
  const cache = createWatchCache(client, { tracked: () => true });
  const known = new Map<string, { readonly app: AppView; readonly standing: Standing }>();
  const told = new Map<string, string>();
  let wake: () => void = () => undefined;
  const unsubscribe = cache.subscribe(({ type, entry, object }) => {
    const key = refKey(entry.ref);
    if (!awaited.keys.has(key)) return;
    const app = object === undefined ? undefined : viewOf(object);
    if (type === 'deleted') known.delete(key);
    else if (object !== undefined && app !== undefined) {
      known.set(key, { app, standing: awaited.standing(app, object) });
      tell(app, told);
    }
    wake();
  });
  const kinds = appKinds.filter(({ group, kind }) =>
    [...awaited.keys].some((key) => key.startsWith(`${group}/${kind}/`)),
  );
  const holds = kinds.map((kind) => cache.hold(kind));
  const timer = setTimeout(() => wake(), awaited.timeoutMs);
  const until = Date.now() + awaited.timeoutMs;
  try {
    await Promise.race([Promise.all(holds.map((hold) => hold.synced)), atTime(awaited.timeoutMs)]);
    for (;;) {
      const entries = [...known.values()];
      failOn(entries, 'blocked', 'APP_BLOCKED');
      failOn(entries, 'degraded', 'APP_DEGRADED');
      if (known.size === awaited.keys.size && entries.every(({ standing }) => standing === 'there'))
        return entries.map(({ app }) => app);
      if (Date.now() >= until)
        throw timeout(entries.filter(({ standing }) => standing !== 'there').map(({ app }) => app));
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    clearTimeout(timer);
    unsubscribe();
    for (const hold of holds) {
      // A hold that is released before its list is in says so; nobody waits for it any more.
      hold.synced.catch(() => undefined);
      hold.release();
    }
    await cache.close();
  }
}

function tell(app: AppView, told: Map<string, string>): void {
  const line = plainLine(`${fullName(app)} ${app.sync}, ${app.health} ${shortRevision(app.revision)}`);
  if (told.get(fullName(app)) === line) return;
  told.set(fullName(app), line);
  process.stderr.write(`capstan: ${line}\n`);
}

function failOn(
  entries: readonly { readonly app: AppView; readonly standing: Standing }[],
  standing: Standing,
  code: 'APP_BLOCKED' | 'APP_DEGRADED',
): void {
  const [first] = entries.filter((entry) => entry.standing === standing);
  if (first === undefined) return;
  const { app } = first;
  throw new CapstanError(code, `${fullName(app)} is ${standing}: ${plainLine(`${app.reason} ${app.message}`)}`, {
    data: { app: fullName(app), sync: app.sync, health: app.health, reason: app.reason },
  });
}

function timeout(left: readonly AppView[]): CapstanError {
  const lines = left.map((app) => plainLine(`${fullName(app)}: ${app.sync}, ${app.health} ${app.message}`));
  const about = lines.length === 0 ? 'what was waited for is not there' : lines.join('\n  ');
  return new CapstanError('WAIT_TIMEOUT', `the time is up:\n  ${about}`, { data: { apps: left.map(fullName) } });
}

function atTime(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}
