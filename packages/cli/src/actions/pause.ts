import { CapstanError } from '@capstan/errors';
import type { KubeClient } from '@capstan/kube';
import { getPath, isJsonObject, refOf, type JsonObject } from '@capstan/object';
import { isAutomated } from '@capstan/views';
import { fullName, type App } from '../command-line/find-apps.ts';
import { CLI_MANAGER } from './sync-flux.ts';

/**
 * Suspends or resumes: `spec.suspend` of Flux's resources, `automated.enabled` of an Application's policy. Returns false
 * where it is so already. Throws USAGE for an Application that has no automated sync to turn on.
 */
export async function setPaused(client: KubeClient, app: App, paused: boolean): Promise<boolean> {
  const patch = app.view.dialect === 'flux' ? fluxPatch(app, paused) : argoPatch(app, paused);
  if (patch === undefined) return false;
  await client.patch(refOf(app.object), { kind: 'merge', patch }, { fieldManager: CLI_MANAGER });
  return true;
}

function fluxPatch({ object }: App, paused: boolean): JsonObject | undefined {
  const is = getPath(object, 'spec', 'suspend') === true;
  return is === paused ? undefined : { spec: { suspend: paused } };
}

function argoPatch({ object, view }: App, paused: boolean): JsonObject | undefined {
  if (isAutomated(object) !== paused) return undefined;
  if (!paused && !isJsonObject(getPath(object, 'spec', 'syncPolicy', 'automated'))) {
    throw new CapstanError('USAGE', `${fullName(view)} has no automated sync: set spec.syncPolicy.automated first`);
  }
  // Enabled is the default: the field goes away again, as if it had never been suspended.
  return { spec: { syncPolicy: { automated: { enabled: paused ? false : null } } } };
}
