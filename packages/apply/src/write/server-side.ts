import type { PlannedTakeover } from '@capstan/diff';
import type { KubeClient } from '@capstan/kube';
import { refOf, type KubernetesObject } from '@capstan/object';
import { writeOptions } from './options.ts';
import type { WriteContext, WriteOutcome } from './outcome.ts';

/**
 * Server-side apply by force, after a planned takeover of other managers' fields. The takeover is tested against the
 * resourceVersion that it was planned on, so that it cannot undo a change made meanwhile. Throws KUBE_*.
 */
export async function applyServerSide(
  client: KubeClient,
  desired: KubernetesObject,
  live: KubernetesObject | undefined,
  takeover: PlannedTakeover | undefined,
  context: WriteContext,
): Promise<WriteOutcome> {
  if (takeover !== undefined && live !== undefined && context.dryRun !== true) {
    const { resourceVersion } = live.metadata;
    const guard =
      typeof resourceVersion === 'string'
        ? [{ op: 'test', path: '/metadata/resourceVersion', value: resourceVersion }]
        : [];
    await client.patch(
      refOf(live),
      { kind: 'json', operations: [...guard, ...takeover.operations] },
      writeOptions(context),
    );
  }
  const object = await client.apply(desired, { ...writeOptions(context), force: true });
  if (live === undefined) return { action: 'created', object };
  const same = object.metadata['resourceVersion'] === live.metadata['resourceVersion'];
  return { action: same ? 'unchanged' : 'applied', object };
}
