import { Kustomization } from '@capstan/api';
import { refOf, type KubernetesObject, type VersionedRef } from '@capstan/object';
import type { FreshObjects } from '../../runtime/fresh-objects.ts';
import { conditionOf } from '../conditions.ts';
import { condition } from '../names.ts';
import { generationOf, viewOf } from '../resource-view.ts';

type Spec = NonNullable<Kustomization['spec']>;

/** The Kustomizations that another one waits for. */
export function dependenciesOf(spec: Spec, own: VersionedRef): readonly VersionedRef[] {
  return (spec.dependsOn ?? []).map((entry) => ({
    ...own,
    namespace: entry.namespace ?? own.namespace,
    name: entry.name,
  }));
}

/** Why a Kustomization has to wait, in Flux's words; undefined when all it depends on is ready. */
export async function unreadyDependency(
  spec: Spec,
  own: VersionedRef,
  revision: string,
  objects: FreshObjects,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (const ref of dependenciesOf(spec, own)) {
    const object = await objects.get(ref, signal);
    const name = `${ref.namespace}/${ref.name}`;
    if (object === undefined)
      return `dependency '${name}' not found: kustomizations.kustomize.toolkit.fluxcd.io "${ref.name}" not found`;
    const problem = unready(object, spec, own, revision);
    if (problem !== undefined) return `dependency '${name}' ${problem}`;
  }
  return undefined;
}

function unready(object: KubernetesObject, spec: Spec, own: VersionedRef, revision: string): string | undefined {
  const { spec: theirs, status } = viewOf(Kustomization, object);
  const conditions = status?.conditions ?? [];
  if (conditions.length === 0 || Number(status?.observedGeneration ?? -1) !== generationOf(object))
    return 'is not ready';
  if (conditionOf(conditions, condition.ready)?.status !== 'True') return 'is not ready';
  if (theirs === undefined) return undefined;
  const { namespace } = refOf(object);
  const sameSource =
    theirs.sourceRef.kind === spec.sourceRef.kind &&
    theirs.sourceRef.name === spec.sourceRef.name &&
    (theirs.sourceRef.namespace ?? namespace) === (spec.sourceRef.namespace ?? own.namespace);
  return sameSource && status?.lastAppliedRevision !== revision ? 'revision is not up to date' : undefined;
}
