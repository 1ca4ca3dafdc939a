import type { JsonObject, JsonValue, KubernetesObject } from '@capstan/object';
import { getPath, isJsonObject } from '@capstan/object';
import { CONTROLLER_MANAGER, type SimulationContext } from './context.ts';
import { fnv1, podTemplateHash, safeEncode } from './pod-template-hash.ts';
import { REVISIONS } from './resources.ts';
import { controllerReference, nameOf, namespaceOf, numberAt, objectAt, sameValue, timeAt, uidOf } from './read.ts';

/** A ControllerRevision's name and the hash in it. */
export interface Revision {
  readonly name: string;
  readonly hash: string;
}

/** The revision of a workload's template; a ControllerRevision is made for a template that has none yet. */
export function revisionOf(context: SimulationContext, owner: KubernetesObject, extraLabels: JsonObject): Revision {
  const data = revisionData(owner);
  const hash = revisionHash(owner);
  const known = [...context.informer(REVISIONS).controlledBy(uidOf(owner))];
  const name = `${nameOf(owner)}-${hash}`;
  const same = known.find((each) => nameOf(each) === name || sameValue(each['data'], data));
  const last = Math.max(0, ...known.map((each) => numberAt(each, 0, 'revision')));
  if (same !== undefined) {
    // Going back to an earlier template makes its revision the newest.
    if (numberAt(same, 0, 'revision') < last) {
      context.api.update(REVISIONS, { ...same, revision: last + 1 }, { manager: CONTROLLER_MANAGER });
    }
    return { name: nameOf(same), hash: nameOf(same).slice(nameOf(owner).length + 1) };
  }
  const labels = {
    ...objectAt(owner, 'spec', 'template', 'metadata', 'labels'),
    ...extraLabels,
    [owner.kind === 'StatefulSet' ? 'controller.kubernetes.io/hash' : 'controller-revision-hash']: hash,
  };
  const revision: KubernetesObject = {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: { name, namespace: namespaceOf(owner), labels, ownerReferences: [controllerReference(owner)] },
    data,
    revision: last + 1,
  };
  context.api.create(REVISIONS, revision, { manager: CONTROLLER_MANAGER });
  forget(context, owner, known);
  return { name, hash };
}

function revisionData(owner: KubernetesObject): JsonObject {
  return { spec: { template: { ...objectAt(owner, 'spec', 'template'), $patch: 'replace' } } };
}

/** The hash in the name of a ControllerRevision: of the template for a DaemonSet, of the patch for a StatefulSet. */
export function revisionHash(owner: KubernetesObject): string {
  if (owner.kind === 'DaemonSet') {
    const collisions = getPath(owner, 'status', 'collisionCount');
    const count = typeof collisions === 'number' ? collisions : undefined;
    return podTemplateHash(objectAt(owner, 'spec', 'template'), count);
  }
  const probe = numberAt(owner, 0, 'status', 'collisionCount');
  return safeEncode(String(fnv1(new TextEncoder().encode(`${sortedJson(revisionData(owner))}${probe}`))));
}

function forget(context: SimulationContext, owner: KubernetesObject, known: readonly KubernetesObject[]): void {
  const limit = numberAt(owner, 10, 'spec', 'revisionHistoryLimit');
  const oldest = [...known].sort(
    (a, b) => timeAt(a.metadata, 'creationTimestamp') - timeAt(b.metadata, 'creationTimestamp'),
  );
  for (const each of oldest.slice(0, Math.max(0, known.length - limit))) {
    context.api.delete(REVISIONS, namespaceOf(each), nameOf(each), { uid: uidOf(each) });
  }
}

/** JSON with sorted keys, as Go writes maps. */
function sortedJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${(value as readonly JsonValue[]).map(sortedJson).join(',')}]`;
  if (!isJsonObject(value)) return goString(value);
  const entries = Object.keys(value).sort();
  return `{${entries.map((key) => `${JSON.stringify(key)}:${sortedJson(value[key] ?? null)}`).join(',')}}`;
}

/** Go's encoder escapes the characters that matter in HTML. */
function goString(value: JsonValue): string {
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? Number(item) : item))
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replaceAll('&', '\\u0026');
}
