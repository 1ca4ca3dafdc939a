import { getPath, isJsonObject, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import { KUSTOMIZE_GROUP } from '../names.ts';

/** How an object asks to be treated, by label or annotation; values are compared without regard to case. */
export type Treatment =
  'reconcile: disabled' | 'ssa: Ignore' | 'ssa: IfNotPresent' | 'ssa: Merge' | 'prune: disabled' | 'force: enabled';

/** Whether an object bears a mark, on either its labels or its annotations. */
export function hasMark(object: KubernetesObject | undefined, treatment: Treatment): boolean {
  if (object === undefined) return false;
  const [key, value] = treatment.split(': ');
  const matches = (found: JsonValue | undefined): boolean =>
    typeof found === 'string' && found.toLowerCase() === value?.toLowerCase();
  const name = `${KUSTOMIZE_GROUP}/${key ?? ''}`;
  return matches(getPath(object.metadata, 'labels', name)) || matches(getPath(object.metadata, 'annotations', name));
}

/** Whether a live object is left out of an apply: it, or Git, says that it is not to be touched. */
export function isSkipped(desired: KubernetesObject, live: KubernetesObject | undefined): boolean {
  for (const object of [desired, live])
    if (hasMark(object, 'reconcile: disabled') || hasMark(object, 'ssa: Ignore')) return true;
  return live !== undefined && hasMark(desired, 'ssa: IfNotPresent');
}

/** Whether a live object bears the marks of this Kustomization. */
export function isMarkedBy(
  live: KubernetesObject,
  owner: { readonly namespace: string; readonly name: string },
): boolean {
  return (
    getPath(live.metadata, 'labels', `${KUSTOMIZE_GROUP}/name`) === owner.name &&
    getPath(live.metadata, 'labels', `${KUSTOMIZE_GROUP}/namespace`) === owner.namespace
  );
}

/** Whether a live object bears the marks of another Kustomization. */
export function isMarkedByOther(
  live: KubernetesObject | undefined,
  own: { readonly namespace: string; readonly name: string },
): boolean {
  if (live === undefined) return false;
  const name = getPath(live.metadata, 'labels', `${KUSTOMIZE_GROUP}/name`);
  return typeof name === 'string' && !isMarkedBy(live, own);
}

/** What is wanted of an object but for the marks that say whose it is. */
export function withoutOwnerMarks(object: KubernetesObject): KubernetesObject {
  const { labels: _labels, ...metadata } = object.metadata;
  const kept = Object.entries(labelsOf(object)).filter(
    ([key]) => key !== `${KUSTOMIZE_GROUP}/name` && key !== `${KUSTOMIZE_GROUP}/namespace`,
  );
  return { ...object, metadata: kept.length === 0 ? metadata : { ...metadata, labels: Object.fromEntries(kept) } };
}

function labelsOf({ metadata }: KubernetesObject): JsonObject {
  const labels = metadata['labels'];
  return isJsonObject(labels) ? labels : {};
}

/** Why a live object is not pruned, as its marks ask; undefined where they do not. */
export function pruneOptOut(live: KubernetesObject): string | undefined {
  if (hasMark(live, 'prune: disabled')) return 'pruning is disabled by its own mark';
  if (hasMark(live, 'reconcile: disabled') || hasMark(live, 'ssa: Ignore'))
    return 'it is not to be touched by its own mark';
  return undefined;
}
