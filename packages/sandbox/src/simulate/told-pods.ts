import type { KubernetesObject } from '@capstan/object';
import { CONTROLLER_MANAGER, type SimulationContext } from './context.ts';
import { PODS } from './resources.ts';
import { nameOf, namespaceOf, uidOf } from './read.ts';

/** Makes a pod for a workload, and tells so by an Event about the workload. A refusal is told too, and thrown. */
export function createPod(
  context: SimulationContext,
  owner: KubernetesObject,
  pod: KubernetesObject,
  component: string,
): void {
  try {
    const created = context.api.create(PODS, pod, { manager: CONTROLLER_MANAGER });
    const message = `Created pod: ${nameOf(created)}`;
    context.events.record(owner, { type: 'Normal', reason: 'SuccessfulCreate', message, component });
  } catch (error) {
    if (error instanceof Error) {
      const message = `Error creating: ${error.message}`;
      context.events.record(owner, { type: 'Warning', reason: 'FailedCreate', message, component });
    }
    throw error;
  }
}

/** Deletes a pod of a workload, and tells so by an Event about the workload. */
export function deletePod(
  context: SimulationContext,
  owner: KubernetesObject,
  pod: KubernetesObject,
  component: string,
): void {
  context.api.delete(PODS, namespaceOf(pod), nameOf(pod), { uid: uidOf(pod) });
  const message = `Deleted pod: ${nameOf(pod)}`;
  context.events.record(owner, { type: 'Normal', reason: 'SuccessfulDelete', message, component });
}
