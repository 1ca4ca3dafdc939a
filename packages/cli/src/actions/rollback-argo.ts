import { CapstanError } from '@capstan/errors';
import { getPath, isJsonObject, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import { textAt } from '@capstan/views';

/** A sync that an Application remembers: what was deployed, when, and by whom. */
export interface Deployment {
  readonly id: number;
  readonly deployedAt: string;
  /** One of each source. */
  readonly revisions: readonly string[];
  readonly sources: readonly JsonObject[];
  /** Whether the Application had several sources, though the list may hold one. */
  readonly multiple: boolean;
  readonly initiatedBy: string;
}

/** The deployments that an Application remembers, oldest first. */
export function deploymentsOf(application: KubernetesObject): readonly Deployment[] {
  return objects(getPath(application, 'status', 'history')).map((entry): Deployment => {
    const several = objects(entry['sources']);
    const source = entry['source'];
    const revisions = entry['revisions'];
    return {
      id: Number(entry['id'] ?? 0),
      deployedAt: textAt(entry, 'deployedAt'),
      multiple: several.length > 0,
      sources: several.length > 0 ? several : isJsonObject(source) ? [source] : [],
      revisions: Array.isArray(revisions)
        ? revisions.filter((revision) => typeof revision === 'string')
        : [textAt(entry, 'revision')],
      initiatedBy:
        getPath(entry, 'initiatedBy', 'automated') === true ? 'automation' : textAt(entry, 'initiatedBy', 'username'),
    };
  });
}

/**
 * The sync that brings back a deployment, the one before the last where no id is given: its sources and revisions, hooks
 * left out, as Argo CD's server makes it. Throws APP_BLOCKED where the Application syncs by itself or is being deleted,
 * and USAGE where there is no such deployment.
 */
export function rollbackOf(
  application: KubernetesObject,
  wanted: { readonly id?: number; readonly prune: boolean; readonly dryRun: boolean },
): { readonly deployment: Deployment; readonly sync: JsonObject } {
  const name = textAt(application.metadata, 'name');
  if (application.metadata['deletionTimestamp'] !== undefined)
    throw new CapstanError('APP_BLOCKED', `${name} is being deleted`);
  const automated = getPath(application, 'spec', 'syncPolicy', 'automated');
  if (isJsonObject(automated) && automated['enabled'] !== false)
    throw new CapstanError(
      'APP_BLOCKED',
      `${name} syncs by itself, and would undo a rollback; take spec.syncPolicy.automated away first, or revert the commit`,
    );
  const deployment = pick(name, deploymentsOf(application), wanted.id);
  const options = getPath(application, 'spec', 'syncPolicy', 'syncOptions');
  const { multiple, sources, revisions } = deployment;
  const [source] = sources;
  return {
    deployment,
    sync: {
      ...(multiple ? { sources, revisions } : { revision: revisions[0] ?? '' }),
      ...(multiple || source === undefined ? {} : { source }),
      ...(wanted.prune ? { prune: true } : {}),
      ...(wanted.dryRun ? { dryRun: true } : {}),
      ...(Array.isArray(options) ? { syncOptions: options as JsonValue } : {}),
      syncStrategy: { apply: {} },
    },
  };
}

function pick(name: string, deployments: readonly Deployment[], id: number | undefined): Deployment {
  const found = id === undefined ? deployments.at(-2) : deployments.find((deployment) => deployment.id === id);
  if (found === undefined)
    throw new CapstanError(
      'USAGE',
      id === undefined
        ? `${name} has no deployment before the last one; capstan history ${name} tells what it has`
        : `${name} has no deployment ${id}; capstan history ${name} tells what it has`,
    );
  if (found.sources.length === 0)
    throw new CapstanError('USAGE', `deployment ${found.id} of ${name} does not say its source; sync to its revision`);
  return found;
}

function objects(list: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(list) ? (list as readonly JsonValue[]).filter(isJsonObject) : [];
}
