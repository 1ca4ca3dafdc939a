import { isCapstanError } from '@capstan/errors';
import type { KubeClient } from '@capstan/kube';
import { getPath, parseApiVersion, refOf, type GroupVersionKind, type KubernetesObject } from '@capstan/object';
import type { Scenario } from './scenario.ts';

/** Which objects a scenario's snapshots are made of. */
export interface Scope {
  readonly gitops: readonly GroupVersionKind[];
  readonly managed: readonly GroupVersionKind[];
  readonly gitopsNamespaces: readonly string[];
  readonly managedNamespaces: readonly string[];
  /** Names of GitOps objects where the namespace is shared with other scenarios; undefined: all of the namespace. */
  readonly names: ReadonlySet<string> | undefined;
  /** Names of cluster-wide objects. */
  readonly clusterWide: ReadonlySet<string>;
}

/** The objects of a scenario at one time. */
export interface Observed {
  readonly gitops: readonly KubernetesObject[];
  readonly managed: readonly KubernetesObject[];
}

/** What a scenario's snapshots hold, read off the recording. */
export function scopeOf({ name, system, steps }: Scenario): Scope {
  const gitops = steps.flatMap(({ snapshot }) => snapshot.gitops);
  const managed = steps.flatMap(({ snapshot }) => snapshot.managed);
  const shared = system === 'argo-cd';
  const namespaces = managed.map((object) => textAt(object, 'metadata', 'namespace')).filter((ns) => ns !== '');
  return {
    gitops: kindsOf(gitops),
    managed: kindsOf(managed),
    gitopsNamespaces: shared ? ['argocd'] : [name],
    managedNamespaces: [...new Set([shared ? name : `${name}-apps`, ...namespaces])],
    names: shared ? new Set([name, ...gitops.map((object) => textAt(object, 'metadata', 'name'))]) : undefined,
    clusterWide: new Set(
      managed
        .filter((object) => textAt(object, 'metadata', 'namespace') === '')
        .map((object) => textAt(object, 'metadata', 'name')),
    ),
  };
}

/** Reads a scenario's objects. */
export async function observe(client: KubeClient, scope: Scope): Promise<Observed> {
  const read = async (kinds: readonly GroupVersionKind[], namespaces: readonly string[]) =>
    (await Promise.all(kinds.map((kind) => listed(client, kind, namespaces, scope)))).flat();
  const [gitops, managed] = await Promise.all([
    read(scope.gitops, scope.gitopsNamespaces),
    read(scope.managed, scope.managedNamespaces),
  ]);
  return {
    gitops: gitops.filter((object) => scope.names === undefined || scope.names.has(refOf(object).name)),
    managed: managed.filter(isRecorded),
  };
}

/** A text that changes whenever one of the objects does. */
export function signatureOf({ gitops, managed }: Observed): string {
  return [...gitops, ...managed]
    .map((object) => `${object.kind}/${refOf(object).name}@${liveText(object, 'metadata', 'resourceVersion')}`)
    .join(' ');
}

/** Whether an Application's operation has failed and is tried again, by and by. */
export function isRetrying(object: KubernetesObject): boolean {
  return (
    liveText(object, 'status', 'operationState', 'phase') === 'Running' &&
    getPath(object, 'status', 'operationState', 'retryCount') !== undefined
  );
}

async function listed(
  client: KubeClient,
  kind: GroupVersionKind,
  namespaces: readonly string[],
  scope: Scope,
): Promise<readonly KubernetesObject[]> {
  try {
    const { namespaced } = await client.discovery.resourceFor(kind);
    if (!namespaced) {
      const { items } = await client.listAll(kind);
      return items.filter((object) => scope.clusterWide.has(refOf(object).name));
    }
    const lists = await Promise.all(namespaces.map((namespace) => client.listAll(kind, { namespace })));
    return lists.flatMap(({ items }) => items);
  } catch (error) {
    if (isCapstanError(error, 'KUBE_KIND_UNKNOWN', 'KUBE_NOT_FOUND')) return [];
    throw error;
  }
}

// What every namespace has by itself, and what belongs to a recorded object, was not recorded.
function isRecorded(object: KubernetesObject): boolean {
  const { name } = refOf(object);
  if (object.kind === 'ConfigMap' && name === 'kube-root-ca.crt') return false;
  if (object.kind === 'ServiceAccount' && name === 'default') return false;
  return !(
    (object.kind === 'Pod' || object.kind === 'ReplicaSet') &&
    Array.isArray(object.metadata['ownerReferences'])
  );
}

function kindsOf(objects: readonly Readonly<Record<string, unknown>>[]): readonly GroupVersionKind[] {
  const kinds = new Map<string, GroupVersionKind>();
  for (const object of objects) {
    const apiVersion = textAt(object, 'apiVersion');
    const kind = textAt(object, 'kind');
    kinds.set(`${apiVersion}/${kind}`, { ...parseApiVersion(apiVersion), kind });
  }
  return [...kinds.values()];
}

/** A text at a path of a recorded object; empty where there is none. */
export function textAt(object: unknown, ...path: readonly string[]): string {
  let at: unknown = object;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return '';
    at = Reflect.get(at, key);
  }
  return typeof at === 'string' ? at : '';
}

/** A text at a path of a live object. */
export function liveText(object: KubernetesObject, ...path: readonly string[]): string {
  const value = getPath(object, ...path);
  return typeof value === 'string' ? value : '';
}
