import type { KubeClient } from '@capstan/kube';
import type { KubernetesObject } from '@capstan/object';
import { refOf } from '@capstan/object';
import { textAt } from '@capstan/views';

/** Field manager of what the command line writes, as `flux` has its own. */
export const CLI_MANAGER = 'capstan-cli';

const REQUESTED_AT = 'reconcile.fluxcd.io/requestedAt';

/** Asks Flux's controllers for a reconcile, as `flux reconcile` does. Returns the value that comes back in status. */
export async function requestReconcile(client: KubeClient, object: KubernetesObject, now: Date): Promise<string> {
  const value = now.toISOString();
  const patch = { metadata: { annotations: { [REQUESTED_AT]: value } } };
  await client.patch(refOf(object), { kind: 'merge', patch }, { fieldManager: CLI_MANAGER });
  return value;
}

/** Whether a reconcile that was asked for has been done. */
export function hasHandled(object: KubernetesObject, value: string): boolean {
  return textAt(object, 'status', 'lastHandledReconcileAt') === value;
}
