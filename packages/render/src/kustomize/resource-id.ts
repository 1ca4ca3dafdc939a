import { compareUtf8 } from '@capstan/object';

/** Group, version and kind; empty text stands for any where it selects. */
export interface Gvk {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** Kustomize's identity of a resource. */
export interface ResourceId extends Gvk {
  readonly name: string;
  readonly namespace: string;
  /** Whether its kind is known to stand outside of namespaces. */
  readonly clusterScoped: boolean;
}

const OUTSIDE_OF_NAMESPACES = '_non_namespaceable_';

/** Group and version of an apiVersion, split at the first slash. */
export function splitApiVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** The apiVersion of a group and version. */
export function apiVersionOf(gvk: Gvk): string {
  return gvk.group === '' ? gvk.version : `${gvk.group}/${gvk.version}`;
}

/** Whether `gvk` is what `selector` asks for; empty parts of a selector match anything. */
export function isSelected(gvk: Gvk, selector: Gvk): boolean {
  return (
    (selector.group === '' || selector.group === gvk.group) &&
    (selector.version === '' || selector.version === gvk.version) &&
    (selector.kind === '' || selector.kind === gvk.kind)
  );
}

/** The namespace as kustomize compares it: `default` for none, a marker for cluster-scoped kinds. */
export function effectiveNamespace(id: ResourceId): string {
  if (id.clusterScoped) return OUTSIDE_OF_NAMESPACES;
  return id.namespace === '' ? 'default' : id.namespace;
}

/** Whether `id` is what `wanted` asks for; empty parts match anything, no namespace is the one called `default`. */
export function selectsId(wanted: ResourceId, id: ResourceId): boolean {
  const namespace = (name: string) => (name === '' ? 'default' : name);
  return (
    (wanted.name === '' || wanted.name === id.name) &&
    (wanted.namespace === '' || namespace(wanted.namespace) === namespace(id.namespace)) &&
    isSelected(id, wanted)
  );
}

/** One text for an id, equal for ids that kustomize takes for the same. */
export function idKey(id: ResourceId): string {
  return `${id.group}\n${id.version}\n${id.kind}\n${effectiveNamespace(id)}\n${id.name}`;
}

/** Group, version and kind as kustomize prints them. */
export function formatGvk(gvk: Gvk): string {
  return `${gvk.kind || '[noKind]'}.${gvk.version || '[noVer]'}.${gvk.group || '[noGrp]'}`;
}

/** The parts of a group, version and kind that are there, as messages about field specs have them. */
export function joinGvk({ group, version, kind }: Gvk): string {
  return [group, version, kind].filter((part) => part !== '').join('_');
}

/** An id as kustomize prints it. */
export function formatId(id: ResourceId): string {
  return `${formatGvk(id)}/${id.name || '[noName]'}.${id.namespace || '[noNs]'}`;
}

const FIRST = (
  'Namespace ResourceQuota StorageClass CustomResourceDefinition ServiceAccount PodSecurityPolicy Role ClusterRole ' +
  'RoleBinding ClusterRoleBinding ConfigMap Secret Endpoints Service LimitRange PriorityClass PersistentVolume ' +
  'PersistentVolumeClaim Deployment StatefulSet CronJob PodDisruptionBudget'
).split(' ');
const LAST = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

/** Kinds that legacy order puts before and after all others. */
export const legacyOrder = { first: FIRST, last: LAST } as const;

/** Rank of each kind: negative before all others, positive after. */
export function kindRanks(first: readonly string[], last: readonly string[]): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>();
  first.forEach((kind, index) => ranks.set(kind, index - first.length));
  last.forEach((kind, index) => ranks.set(kind, index + 1));
  return ranks;
}

const defaultRanks = kindRanks(FIRST, LAST);

/** Kustomize's sort key of a group, version and kind. */
export function gvkSortText(gvk: Gvk): string {
  return `${gvk.group || '~G'}_${gvk.version || '~V'}_${gvk.kind || '~K'}`;
}

/** Order in which kustomize keeps field specs. */
export function compareGvk(a: Gvk, b: Gvk): number {
  const rank = (defaultRanks.get(a.kind) ?? 0) - (defaultRanks.get(b.kind) ?? 0);
  return rank !== 0 ? rank : compareUtf8(gvkSortText(a), gvkSortText(b));
}
