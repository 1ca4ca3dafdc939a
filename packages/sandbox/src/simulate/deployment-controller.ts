import type { JsonObject, KubernetesObject } from '@capstan/object';
import { CONTROLLER_MANAGER, type SimulationContext } from './context.ts';
import { DeploymentRollout } from './deployment-rollout.ts';
import { deploymentStatus, nextDeadline, progressCondition } from './deployment-status.ts';
import type { Informer } from './informer.ts';
import { DEPLOYMENTS, PODS, REPLICA_SETS } from './resources.ts';
import {
  annotationOf,
  controllerOf,
  isDeleting,
  keyOf,
  namespaceOf,
  objectAt,
  sameValue,
  textAt,
  uidOf,
} from './read.ts';

const REVISION = 'deployment.kubernetes.io/revision';

/** Runs the Deployment controller: ReplicaSets by template, rolling updates, revisions, conditions. */
export function startDeployments(context: SimulationContext): void {
  const deployments = context.informer(DEPLOYMENTS);
  const sets = context.informer(REPLICA_SETS);
  const lane = context.lane('deployment', (key) => {
    const deployment = deployments.byKey(key);
    if (deployment !== undefined) reconcile(context, sets, deployment, (delay) => lane.addAfter(key, delay));
  });
  deployments.subscribe(({ type, object }) => {
    if (type !== 'DELETED') lane.add(keyOf(object));
  });
  sets.subscribe(({ object }) => {
    const owner = controllerOf(object);
    if (owner?.['kind'] === 'Deployment') lane.add(`${namespaceOf(object)}/${textAt(owner, 'name')}`);
  });
  // A Recreate waits until the last old pod is really gone.
  context.informer(PODS).subscribe(({ type, object }) => {
    const owner = type === 'DELETED' ? controllerOf(object) : undefined;
    if (owner?.['kind'] !== 'ReplicaSet') return;
    const set = sets.get(namespaceOf(object), textAt(owner, 'name'));
    const above = set === undefined ? undefined : controllerOf(set);
    if (above?.['kind'] === 'Deployment') lane.add(`${namespaceOf(object)}/${textAt(above, 'name')}`);
  });
}

function reconcile(
  context: SimulationContext,
  sets: Informer,
  deployment: KubernetesObject,
  again: (milliseconds: number) => void,
): void {
  const owned = sets.controlledBy(uidOf(deployment));
  if (isDeleting(deployment)) {
    writeDeployment(context, deployment, deploymentStatus(context, deployment, owned, undefined), undefined);
    return;
  }
  const rollout = new DeploymentRollout(context, deployment, owned);
  const outcome = rollout.run();
  const current = sets.controlledBy(uidOf(deployment));
  const newSet = outcome.newSet === undefined ? undefined : (sets.byKey(keyOf(outcome.newSet)) ?? outcome.newSet);
  const base = deploymentStatus(context, deployment, current, newSet);
  const status = progressCondition(context, deployment, base, newSet, outcome.progress);
  writeDeployment(context, deployment, status, newSet === undefined ? undefined : annotationOf(newSet, REVISION));
  const deadline = nextDeadline(context, deployment, status);
  if (deadline !== undefined) again(deadline);
}

/** Status and revision are written together, through the status subresource, as the real controller does. */
function writeDeployment(
  context: SimulationContext,
  deployment: KubernetesObject,
  status: JsonObject,
  revision: string | undefined,
): void {
  const known = annotationOf(deployment, REVISION);
  const renumbered = revision !== undefined && revision !== '' && revision !== known;
  if (!renumbered && sameValue(deployment['status'], status)) return;
  const metadata = renumbered
    ? { ...deployment.metadata, annotations: { ...objectAt(deployment.metadata, 'annotations'), [REVISION]: revision } }
    : deployment.metadata;
  const options = { manager: CONTROLLER_MANAGER, subresource: 'status' };
  context.api.update(DEPLOYMENTS, { ...deployment, metadata, status }, options);
}
