import { userInfo } from 'node:os';
import { CapstanError } from '@capstan/errors';
import type { KubeClient } from '@capstan/kube';
import { getPath, refOf, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import { textAt } from '@capstan/views';
import { CLI_MANAGER } from './sync-flux.ts';

const REFRESH = 'argocd.argoproj.io/refresh';

/** What a sync of an Application may be told. */
export interface ArgoSync {
  readonly revision?: string;
  readonly prune: boolean;
  readonly dryRun: boolean;
  readonly force: boolean;
}

/** Asks for a refresh, as `argocd app get --refresh` does: `hard` also renders anew. */
export async function requestRefresh(
  client: KubeClient,
  object: KubernetesObject,
  how: 'normal' | 'hard',
): Promise<void> {
  const patch = { metadata: { annotations: { [REFRESH]: how } } };
  await client.patch(refOf(object), { kind: 'merge', patch }, { fieldManager: CLI_MANAGER });
}

/** Whether a refresh that was asked for is still to come. */
export function isRefreshing(object: KubernetesObject): boolean {
  return getPath(object.metadata, 'annotations', REFRESH) !== undefined;
}

/**
 * Starts a sync by the `operation` field, as `argocd app sync` does. Returns the object as answered. Throws APP_BLOCKED
 * where one runs already.
 */
export async function startSync(
  client: KubeClient,
  object: KubernetesObject,
  sync: ArgoSync,
): Promise<KubernetesObject> {
  const options = getPath(object, 'spec', 'syncPolicy', 'syncOptions');
  const retry = getPath(object, 'spec', 'syncPolicy', 'retry');
  return startOperation(client, object, {
    ...(retry === undefined ? {} : { retry }),
    sync: {
      ...(sync.revision === undefined ? {} : { revision: sync.revision }),
      ...(sync.prune ? { prune: true } : {}),
      ...(sync.dryRun ? { dryRun: true } : {}),
      ...(Array.isArray(options) ? { syncOptions: options as JsonValue } : {}),
      syncStrategy: sync.force ? { hook: { force: true } } : { hook: {} },
    },
  });
}

/**
 * Starts an operation in the user's name. The resourceVersion guards against another that is started meanwhile. Returns
 * the object as answered. Throws APP_BLOCKED where one runs already.
 */
export async function startOperation(
  client: KubeClient,
  object: KubernetesObject,
  wanted: JsonObject,
): Promise<KubernetesObject> {
  if (getPath(object, 'operation') !== undefined || textAt(object, 'status', 'operationState', 'phase') === 'Running') {
    throw new CapstanError(
      'APP_BLOCKED',
      `${textAt(object.metadata, 'name')}: another sync is running; wait for its end`,
    );
  }
  const operation: JsonObject = { initiatedBy: { username: userName() }, ...wanted };
  const { resourceVersion } = object.metadata;
  const metadata = typeof resourceVersion === 'string' ? { resourceVersion } : {};
  return client.patch(refOf(object), { kind: 'merge', patch: { metadata, operation } }, { fieldManager: CLI_MANAGER });
}

/** How the sync that was started stands: by the operation being gone and its state having been begun no earlier. */
export function syncPhase(object: KubernetesObject, before: string): string {
  if (getPath(object, 'operation') !== undefined) return 'Running';
  const startedAt = textAt(object, 'status', 'operationState', 'startedAt');
  const phase = textAt(object, 'status', 'operationState', 'phase');
  return startedAt === before || phase === '' ? 'Running' : phase;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user without an entry in the system's list has no name.
    return 'capstan-cli';
  }
}
