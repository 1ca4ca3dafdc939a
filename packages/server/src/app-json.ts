import { refKey } from '@capstan/object';
import { shortRevision, type AppView } from '@capstan/views';

/** An app as the API gives it: flat, named as people say it. */
export function appJson(app: AppView): Readonly<Record<string, string | boolean>> {
  return {
    key: refKey(app.ref),
    dialect: app.dialect,
    role: app.role,
    kind: app.ref.kind,
    namespace: app.ref.namespace,
    name: app.ref.name,
    sync: app.sync,
    health: app.health,
    paused: app.paused,
    revision: app.revision,
    shortRevision: shortRevision(app.revision),
    source: app.source,
    path: app.path,
    destination: app.destination,
    reason: app.reason,
    message: app.message,
    blocked: app.blocked,
    since: app.since,
  };
}
