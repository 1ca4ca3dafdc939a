import { gvkOf, type KubernetesObject } from '@capstan/object';
import { conditionsOf, integerAt, textAt } from './fields.ts';
import { customResourceDefinitionStatus } from './kstatus/custom-resource-definition.ts';
import { daemonSetStatus } from './kstatus/daemon-set.ts';
import { deploymentStatus } from './kstatus/deployment.ts';
import { jobStatus } from './kstatus/job.ts';
import { persistentVolumeClaimStatus } from './kstatus/persistent-volume-claim.ts';
import { podStatus } from './kstatus/pod.ts';
import { replicaSetStatus } from './kstatus/replica-set.ts';
import { current, failed, inProgress, plain, type KstatusResult } from './kstatus/result.ts';
import { serviceStatus } from './kstatus/service.ts';
import { statefulSetStatus } from './kstatus/stateful-set.ts';

const alwaysReady = () => current('Resource is always ready');

const rules: ReadonlyMap<string, (object: KubernetesObject, now: number) => KstatusResult> = new Map([
  ['/Service', serviceStatus],
  ['/Pod', podStatus],
  ['/Secret', alwaysReady],
  ['/ConfigMap', alwaysReady],
  ['/PersistentVolumeClaim', persistentVolumeClaimStatus],
  ['apps/StatefulSet', statefulSetStatus],
  ['apps/DaemonSet', daemonSetStatus],
  ['extensions/DaemonSet', daemonSetStatus],
  ['apps/Deployment', deploymentStatus],
  ['extensions/Deployment', deploymentStatus],
  ['apps/ReplicaSet', replicaSetStatus],
  ['extensions/ReplicaSet', replicaSetStatus],
  ['policy/PodDisruptionBudget', () => current('AllowedDisruptions has been computed.')],
  ['batch/CronJob', alwaysReady],
  ['batch/Job', jobStatus],
  ['apiextensions.k8s.io/CustomResourceDefinition', customResourceDefinitionStatus],
]);

/**
 * How an object is by kstatus's rules (fluxcd/cli-utils), with its messages: what holds for every kind first, then the
 * rule of its kind, then its condition Ready; an object that tells nothing is Current. `now` is in milliseconds since
 * the epoch.
 */
export function kstatusOf(object: KubernetesObject, now: number): KstatusResult {
  const { group, kind } = gvkOf(object);
  const rule = rules.get(`${group}/${kind}`);
  return genericStatus(object) ?? rule?.(object, now) ?? readyStatus(object) ?? current('Resource is current');
}

function genericStatus(object: KubernetesObject): KstatusResult | undefined {
  if (textAt(object, ['metadata', 'deletionTimestamp']) !== '') {
    return plain('Terminating', 'Resource scheduled for deletion');
  }
  const generation = integerAt(object, 'metadata', 'generation');
  const observed = integerAt(object, 'status', 'observedGeneration');
  if (generation !== undefined && observed !== undefined && observed !== generation) {
    return inProgress(
      'LatestGenerationNotObserved',
      `${object.kind} generation is ${generation}, but latest observed generation is ${observed}`,
    );
  }
  for (const { type, status, reason, message } of conditionsOf(object)) {
    if (type === 'Reconciling' && status === 'True') return inProgress(reason, message);
    if (type === 'Stalled' && status === 'True') return failed(reason, message);
  }
  return undefined;
}

function readyStatus(object: KubernetesObject): KstatusResult | undefined {
  for (const { type, status, reason, message } of conditionsOf(object)) {
    if (type !== 'Ready') continue;
    if (status === 'True') return current('Resource is Ready');
    if (status === 'False' || status === 'Unknown') return inProgress(reason, message);
  }
  return undefined;
}
