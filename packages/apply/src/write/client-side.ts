import { planClientSide } from '@capstan/diff';
import type { KubeClient } from '@capstan/kube';
import { refOf, withLastApplied, type KubernetesObject, type MergeMetadata } from '@capstan/object';
import { writeOptions } from './options.ts';
import type { WriteContext, WriteOutcome } from './outcome.ts';

/**
 * Applies as `kubectl apply` does: creates with the last-applied annotation, or patches three ways. An empty patch sends
 * nothing; any other one counts as a change, as it does there, whatever the server makes of it. `metadata` says how the kind's lists merge; undefined for custom resources. Throws KUBE_* and PATCH_INVALID.
 */
export async function applyClientSide(
  client: KubeClient,
  desired: KubernetesObject,
  live: KubernetesObject | undefined,
  metadata: MergeMetadata | undefined,
  context: WriteContext,
): Promise<WriteOutcome> {
  if (live === undefined)
    return { action: 'created', object: await client.create(withLastApplied(desired), writeOptions(context)) };
  const { kind, patch } = planClientSide(desired, live, metadata);
  if (Object.keys(patch).length === 0) return { action: 'unchanged', object: live };
  return { action: 'configured', object: await client.patch(refOf(desired), { kind, patch }, writeOptions(context)) };
}
