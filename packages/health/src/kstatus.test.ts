import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject, KubernetesObject } from '@capstan/object';
import type { KstatusCode } from './health-status.ts';
import { kstatusOf } from './kstatus.ts';
import { withStandardConditions } from './standard-conditions.ts';

const NOW = Date.parse('2026-01-15T12:30:20Z');

function check(apiVersion: string, kind: string, cases: readonly (readonly [JsonObject, KstatusCode, string])[]) {
  for (const [rest, status, message] of cases) {
    const metadata = { name: 'web', ...((rest['metadata'] ?? {}) as JsonObject) };
    const result = kstatusOf({ apiVersion, kind, ...rest, metadata }, NOW);
    assert.deepEqual([result.status, result.message], [status, message], JSON.stringify(rest));
  }
}

const condition = (type: string, status: string, reason = '', message = '') => ({ type, status, reason, message });
const conditions = (...list: JsonObject[]) => ({ status: { conditions: list } });

describe('health by kstatus’s rules', () => {
  it('is the same for every kind as to deletion, generation and the standard conditions', () => {
    check('example.com/v1', 'Thing', [
      [{ metadata: { deletionTimestamp: 'x' } }, 'Terminating', 'Resource scheduled for deletion'],
      [
        { metadata: { generation: 2 }, status: { observedGeneration: 1 } },
        'InProgress',
        'Thing generation is 2, but latest observed generation is 1',
      ],
      [conditions(condition('Reconciling', 'True', 'R', 'working')), 'InProgress', 'working'],
      [conditions(condition('Stalled', 'True', 'S', 'stuck')), 'Failed', 'stuck'],
      [conditions(condition('Ready', 'True')), 'Current', 'Resource is Ready'],
      [conditions(condition('Ready', 'False', 'R', 'not yet')), 'InProgress', 'not yet'],
      [conditions(condition('Ready', 'Unknown', 'R', 'who knows')), 'InProgress', 'who knows'],
      [{}, 'Current', 'Resource is current'],
    ]);
  });

  it('of a Deployment is its deadline, its counts, then its conditions', () => {
    const done = { replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 };
    const spec = { replicas: 1, progressDeadlineSeconds: 600 };
    const rolledOut = condition('Progressing', 'True', 'NewReplicaSetAvailable');
    check('apps/v1', 'Deployment', [
      [
        { ...conditions(condition('Progressing', 'False', 'ProgressDeadlineExceeded')) },
        'Failed',
        'Progress deadline exceeded',
      ],
      [{ spec: { replicas: 2 }, status: { replicas: 1 } }, 'InProgress', 'Replicas: 1/2'],
      [{ spec, status: { replicas: 1 } }, 'InProgress', 'Updated: 0/1'],
      [{ spec, status: { replicas: 2, updatedReplicas: 1 } }, 'InProgress', 'Pending termination: 1'],
      [{ spec, status: { replicas: 1, updatedReplicas: 1 } }, 'InProgress', 'Available: 0/1'],
      [{ spec, status: { ...done, readyReplicas: 0 } }, 'InProgress', 'Ready: 0/1'],
      [{ spec, status: done }, 'InProgress', 'ReplicaSet not Available'],
      [{ spec, status: { ...done, conditions: [rolledOut] } }, 'InProgress', 'Deployment not Available'],
      [
        { spec, status: { ...done, conditions: [rolledOut, condition('Available', 'True')] } },
        'Current',
        'Deployment is available. Replicas: 1',
      ],
    ]);
  });

  it('of a Pod gives the scheduler 15 seconds, and tells when to look again', () => {
    const pending = (creationTimestamp: string): KubernetesObject => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', creationTimestamp },
      status: { phase: 'Pending', conditions: [condition('PodScheduled', 'False', 'Unschedulable')] },
    });
    const early = kstatusOf(pending('2026-01-15T12:30:10Z'), NOW);
    assert.equal(early.message, 'Pod has not been scheduled');
    assert.equal(early.recheckAt, Date.parse('2026-01-15T12:30:25Z'));
    assert.equal(kstatusOf(pending('2026-01-15T12:30:10Z'), early.recheckAt ?? 0).status, 'Failed');
    assert.equal(kstatusOf(pending('2026-01-15T12:30:00Z'), NOW).message, 'Pod could not be scheduled');
    const looping = { name: 'c', state: { waiting: { reason: 'CrashLoopBackOff' } } };
    check('v1', 'Pod', [
      [{ status: { phase: 'Running', ...conditions(condition('Ready', 'True')).status } }, 'Current', 'Pod is Ready'],
      [{ status: { phase: 'Running', containerStatuses: [looping] } }, 'Failed', 'Containers in CrashLoop state: c'],
      [{ status: { phase: 'Running' } }, 'InProgress', 'Pod is running but is not Ready'],
      [{ status: { phase: 'Pending' } }, 'InProgress', 'Pod is in the Pending phase'],
      [{ status: { phase: 'Failed' } }, 'Current', 'Pod has completed, but not successfully'],
      [{}, 'InProgress', 'Pod phase not available'],
      [{ status: { phase: 'Odd' } }, 'Unknown', 'unknown phase Odd'],
    ]);
  });

  it('of the other built-in kinds reads what their controllers tell', () => {
    check('apps/v1', 'StatefulSet', [
      [
        { spec: { updateStrategy: { type: 'OnDelete' } } },
        'Current',
        'StatefulSet is using the ondelete update strategy',
      ],
      [{ status: { replicas: 1, readyReplicas: 1 } }, 'InProgress', 'current: 0/1'],
      [
        { status: { replicas: 1, readyReplicas: 1, currentReplicas: 1, currentRevision: 'a', updateRevision: 'b' } },
        'InProgress',
        'Waiting for updated revision to match current',
      ],
      [
        { spec: { updateStrategy: { rollingUpdate: { partition: 1 } } }, status: { replicas: 1, readyReplicas: 1 } },
        'Current',
        'Partition rollout complete. updated: 0',
      ],
    ]);
    check('apps/v1', 'ReplicaSet', [
      [{}, 'InProgress', 'Labelled: 0/1'],
      [{ spec: { replicas: 0 } }, 'Current', 'ReplicaSet is available. Replicas: 0'],
    ]);
    check('apps/v1', 'DaemonSet', [
      [{}, 'InProgress', 'DaemonSet metadata.generation not found'],
      [{ metadata: { generation: 1 } }, 'InProgress', 'DaemonSet status.observedGeneration not found'],
      [
        { metadata: { generation: 1 }, status: { observedGeneration: 1, desiredNumberScheduled: 0 } },
        'Current',
        'All replicas scheduled as expected. Replicas: 0',
      ],
    ]);
    check('v1', 'PersistentVolumeClaim', [[{}, 'InProgress', 'PVC is not Bound. phase: unknown']]);
    check('batch/v1', 'Job', [
      [{}, 'InProgress', 'Job not started'],
      [{ status: { startTime: 'x', active: 1 } }, 'Current', 'Job in progress. success:0, active: 1, failed: 0'],
      [
        { spec: { parallelism: 3 }, status: { succeeded: 3, conditions: [condition('Complete', 'True')] } },
        'Current',
        'Job Completed. succeeded: 3/3',
      ],
      [{ status: { failed: 1, conditions: [condition('Failed', 'True')] } }, 'Failed', 'Job Failed. failed: 1/1'],
    ]);
    check('v1', 'Service', [
      [{ spec: { type: 'LoadBalancer' } }, 'InProgress', 'ClusterIP not set. Service type: LoadBalancer'],
      [{}, 'Current', 'Service is ready'],
    ]);
    check('apiextensions.k8s.io/v1', 'CustomResourceDefinition', [
      [{}, 'InProgress', 'Install in progress'],
      [conditions(condition('NamesAccepted', 'False', 'Conflict', 'taken')), 'Failed', 'taken'],
      [conditions(condition('Established', 'False', 'Installing')), 'InProgress', 'Install in progress'],
      [conditions(condition('Established', 'True')), 'Current', 'CRD is established'],
    ]);
    check('v1', 'ConfigMap', [[{}, 'Current', 'Resource is always ready']]);
  });

  it('becomes conditions of the object itself', () => {
    const pod: KubernetesObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      status: { phase: 'Running' },
    };
    const time = '2026-01-15T12:30:20Z';
    const reconciling = {
      type: 'Reconciling',
      status: 'True',
      reason: 'PodRunningNotReady',
      message: 'Pod is running but is not Ready',
      lastUpdateTime: time,
      lastTransitionTime: time,
    };
    const once = withStandardConditions(pod, NOW);
    assert.deepEqual(once['status'], { phase: 'Running', conditions: [reconciling] });
    const again = withStandardConditions(once, NOW + 60_000);
    assert.deepEqual((again['status'] as JsonObject)['conditions'], [
      { ...reconciling, lastUpdateTime: '2026-01-15T12:31:20Z' },
    ]);
  });
});
