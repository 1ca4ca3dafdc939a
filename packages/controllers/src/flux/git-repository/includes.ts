import { GitRepository, gitRepositoryResource } from '@capstan/api';
import type { VersionedRef } from '@capstan/object';
import type { Engine } from '../../runtime/engine.ts';
import { condition, reason } from '../names.ts';
import { viewOf } from '../resource-view.ts';
import type { StepFailure } from './draft.ts';

type Spec = NonNullable<GitRepository['spec']>;
type ArtifactStatus = NonNullable<NonNullable<GitRepository['status']>['artifact']>;

/** The GitRepositories whose content a spec includes: of its own namespace. */
export function includedRefs(spec: Spec, namespace: string): readonly VersionedRef[] {
  return (spec.include ?? []).map(({ repository: { name } }) => ({ ...gitRepositoryResource, namespace, name }));
}

/** The artifacts of what a spec includes, in its order, or the first that is not there yet. */
export async function findIncluded(
  engine: Engine,
  spec: Spec,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly ArtifactStatus[] | StepFailure> {
  const found: ArtifactStatus[] = [];
  for (const ref of includedRefs(spec, namespace)) {
    const object = await engine.clusters.local.live.get(ref, signal);
    if (object === undefined) {
      const missing = `${ref.kind}.${ref.group} "${ref.name}" not found`;
      return unavailable(reason.notFound, `could not get resource for include '${ref.name}': ${missing}`);
    }
    const artifact = viewOf(GitRepository, object).status?.artifact;
    if (artifact === undefined)
      return unavailable(reason.noArtifact, `no artifact available for include '${ref.name}'`);
    found.push(artifact);
  }
  return found;
}

function unavailable(why: string, message: string): StepFailure {
  return { type: condition.includeUnavailable, reason: why, message, stalled: false, isWait: true };
}
