import { isSettled, shortRevision, type AppView } from '@capstan/views';
import { fullName } from './find-apps.ts';
import type { Printing } from './output.ts';

/** How apps are printed, in every command that prints them. */
export const appPrinting: Printing<AppView> = {
  columns: [
    { heading: 'KIND', value: ({ ref }) => ref.kind },
    { heading: 'NAMESPACE', value: ({ ref }) => ref.namespace },
    { heading: 'NAME', value: ({ ref }) => ref.name },
    { heading: 'SYNC', value: (app) => (app.paused === 'no' ? app.sync : `${app.sync} (${app.paused})`) },
    { heading: 'HEALTH', value: ({ health }) => health },
    { heading: 'REVISION', value: ({ revision }) => shortRevision(revision) },
    { heading: 'SOURCE', wide: true, value: ({ source }) => source },
    { heading: 'PATH', wide: true, value: ({ path }) => path },
    { heading: 'TO', wide: true, value: ({ destination }) => destination },
    { heading: 'SINCE', wide: true, value: ({ since }) => since },
    { heading: 'MESSAGE', value: (app) => (isSettled(app) ? '' : shortened(app.message)) },
  ],
  json: (app) => ({
    dialect: app.dialect,
    role: app.role,
    kind: app.ref.kind,
    namespace: app.ref.namespace,
    name: app.ref.name,
    sync: app.sync,
    health: app.health,
    paused: app.paused,
    blocked: app.blocked,
    revision: app.revision,
    source: app.source,
    path: app.path,
    destination: app.destination,
    reason: app.reason,
    message: app.message,
    since: app.since,
  }),
  name: fullName,
  none: 'No apps or sources.',
};

const MESSAGE_WIDTH = 100;

function shortened(message: string): string {
  const line = message.replaceAll(/\s+/g, ' ').trim();
  return line.length > MESSAGE_WIDTH ? `${line.slice(0, MESSAGE_WIDTH - 1)}…` : line;
}
