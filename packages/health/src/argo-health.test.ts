import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject, KubernetesObject } from '@capstan/object';
import { argoHealth, pendingDeletionHealth } from './argo-health.ts';
import type { HealthStatus } from './health-status.ts';

function object(apiVersion: string, kind: string, rest: JsonObject = {}, metadata: JsonObject = {}): KubernetesObject {
  return { apiVersion, kind, ...rest, metadata: { name: 'web', namespace: 'shop', ...metadata } };
}

function check(
  apiVersion: string,
  kind: string,
  cases: readonly (readonly [JsonObject, HealthStatus['status'], string?])[],
) {
  for (const [rest, status, message] of cases) {
    const { metadata, ...others } = rest;
    const health = argoHealth(object(apiVersion, kind, others, (metadata ?? {}) as JsonObject));
    assert.deepEqual(health, message === undefined ? { status } : { status, message }, JSON.stringify(rest));
  }
}

describe('health by Argo CD’s rules', () => {
  it('of a Deployment follows its rollout', () => {
    const waiting = 'Waiting for rollout to finish:';
    check('apps/v1', 'Deployment', [
      [{ spec: { paused: true } }, 'Suspended', 'Deployment is paused'],
      [
        { metadata: { generation: 2 }, status: { observedGeneration: 1 } },
        'Progressing',
        `${waiting} observed deployment generation less than desired generation`,
      ],
      [
        { status: { conditions: [{ type: 'Progressing', reason: 'ProgressDeadlineExceeded' }] } },
        'Degraded',
        'Deployment "web" exceeded its progress deadline',
      ],
      [
        { spec: { replicas: 2 }, status: { updatedReplicas: 1 } },
        'Progressing',
        `${waiting} 1 out of 2 new replicas have been updated...`,
      ],
      [
        { spec: { replicas: 1 }, status: { updatedReplicas: 1, replicas: 3 } },
        'Progressing',
        `${waiting} 2 old replicas are pending termination...`,
      ],
      [
        { spec: { replicas: 1 }, status: { updatedReplicas: 1, replicas: 1 } },
        'Progressing',
        `${waiting} 0 of 1 updated replicas are available...`,
      ],
      [{ spec: { replicas: 0 } }, 'Healthy'],
    ]);
  });

  it('of a ReplicaSet, StatefulSet and DaemonSet follows their counts', () => {
    check('apps/v1', 'ReplicaSet', [
      [{ status: { conditions: [{ type: 'ReplicaFailure', status: 'True', message: 'quota' }] } }, 'Degraded', 'quota'],
      [
        { spec: { replicas: 1 } },
        'Progressing',
        'Waiting for rollout to finish: 0 out of 1 new replicas are available...',
      ],
      [{ spec: { replicas: 1 }, status: { availableReplicas: 1 } }, 'Healthy'],
    ]);
    const seen = { observedGeneration: 1 };
    const partitioned = { type: 'RollingUpdate', rollingUpdate: { partition: 1 } };
    check('apps/v1', 'StatefulSet', [
      [{}, 'Progressing', 'Waiting for statefulset spec update to be observed...'],
      [
        { spec: { replicas: 3 }, status: { ...seen, readyReplicas: 1 } },
        'Progressing',
        'Waiting for 2 pods to be ready...',
      ],
      [
        {
          spec: { replicas: 3, updateStrategy: partitioned },
          status: { ...seen, readyReplicas: 3, updatedReplicas: 1 },
        },
        'Progressing',
        'Waiting for partitioned roll out to finish: 1 out of 2 new pods have been updated...',
      ],
      [
        {
          spec: { replicas: 3, updateStrategy: partitioned },
          status: { ...seen, readyReplicas: 3, updatedReplicas: 2 },
        },
        'Healthy',
        'partitioned roll out complete: 2 new pods have been updated...',
      ],
      [
        { spec: { updateStrategy: { type: 'OnDelete' } }, status: { ...seen, readyReplicas: 2 } },
        'Healthy',
        'statefulset has 2 ready pods',
      ],
      [
        { status: { ...seen, updateRevision: 'b', currentRevision: 'a', updatedReplicas: 1 } },
        'Progressing',
        'waiting for statefulset rolling update to complete 1 pods at revision b...',
      ],
      [
        { status: { ...seen, updateRevision: 'b', currentRevision: 'b', currentReplicas: 2 } },
        'Healthy',
        'statefulset rolling update complete 2 pods at revision b...',
      ],
    ]);
    check('apps/v1', 'DaemonSet', [
      [
        { status: { desiredNumberScheduled: 2, updatedNumberScheduled: 1 } },
        'Progressing',
        'Waiting for daemon set "web" rollout to finish: 1 out of 2 new pods have been updated...',
      ],
      [
        { status: { desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 1 } },
        'Progressing',
        'Waiting for daemon set "web" rollout to finish: 1 of 2 updated pods are available...',
      ],
      [{ status: { desiredNumberScheduled: 1, updatedNumberScheduled: 1, numberAvailable: 1 } }, 'Healthy'],
    ]);
  });

  it('of an Ingress, Service, PersistentVolumeClaim, APIService and Workflow reads their status', () => {
    const address = { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } };
    check('networking.k8s.io/v1', 'Ingress', [
      [{}, 'Progressing'],
      [{ status: address }, 'Healthy'],
    ]);
    check('extensions/v1beta1', 'Ingress', [[{ status: address }, 'Healthy']]);
    check('v1', 'Service', [
      [{ spec: { type: 'LoadBalancer' } }, 'Progressing'],
      [{ spec: { type: 'LoadBalancer' }, status: address }, 'Healthy'],
      [{ spec: { type: 'ClusterIP' } }, 'Healthy'],
    ]);
    check('v1', 'PersistentVolumeClaim', [
      [{ status: { phase: 'Lost' } }, 'Degraded'],
      [{ status: { phase: 'Pending' } }, 'Progressing'],
      [{ status: { phase: 'Bound' } }, 'Healthy'],
      [{}, 'Unknown'],
    ]);
    const available = (status: string) => ({
      status: { conditions: [{ type: 'Available', status, reason: 'R', message: 'm' }] },
    });
    check('apiregistration.k8s.io/v1', 'APIService', [
      [{}, 'Progressing', 'Waiting to be processed'],
      [available('False'), 'Progressing', 'R: m'],
      [available('True'), 'Healthy', 'R: m'],
    ]);
    check('argoproj.io/v1alpha1', 'Workflow', [
      [{}, 'Progressing'],
      [{ status: { phase: 'Error', message: 'no' } }, 'Degraded', 'no'],
      [{ status: { phase: 'Succeeded' } }, 'Healthy'],
      [{ status: { phase: 'Odd' } }, 'Unknown'],
    ]);
  });

  it('of a Job and a HorizontalPodAutoscaler reads their conditions', () => {
    const job = (...conditions: JsonObject[]) => ({ status: { conditions } });
    check('batch/v1', 'Job', [
      [{}, 'Progressing'],
      [job({ type: 'Failed', message: 'f' }, { type: 'Complete', message: 'c' }), 'Degraded', 'f'],
      [job({ type: 'Complete', message: 'c' }), 'Healthy', 'c'],
      [job({ type: 'Suspended', status: 'True', message: 's' }), 'Suspended', 's'],
      [job({ type: 'Suspended', status: 'False', message: 'resumed' }), 'Healthy', 'resumed'],
    ]);
    const able = { type: 'AbleToScale', status: 'True', reason: 'SucceededGetScale', message: 'able' };
    const noMetric = { type: 'ScalingActive', status: 'False', reason: 'FailedGetPodsMetric', message: 'no metric' };
    check('autoscaling/v2', 'HorizontalPodAutoscaler', [
      [{}, 'Progressing', 'Waiting to Autoscale'],
      [job(able), 'Healthy', 'able'],
      [job(able, noMetric), 'Degraded', 'no metric'],
      [job({ type: 'constructor', reason: 'x' }), 'Progressing', 'Waiting to Autoscale'],
    ]);
    const annotated = (text: string) => ({
      metadata: { annotations: { 'autoscaling.alpha.kubernetes.io/conditions': text } },
    });
    check('autoscaling/v1', 'HorizontalPodAutoscaler', [
      [{}, 'Progressing', 'Waiting to Autoscale'],
      [annotated(JSON.stringify([noMetric])), 'Degraded', 'no metric'],
      [annotated('{}'), 'Unknown', 'failed to convert conditions annotation to typed: it is no list'],
    ]);
  });

  it('of a Pod depends on whether it is to run on', () => {
    const stuck = {
      containerStatuses: [{ name: 'a', state: { waiting: { reason: 'ImagePullBackOff', message: 'pull' } } }],
    };
    const ready = { conditions: [{ type: 'Ready', status: 'True' }] };
    const always = { restartPolicy: 'Always' };
    const never = { restartPolicy: 'Never' };
    const ignoring = { annotations: { 'argocd.argoproj.io/ignore-restart-policy': 'true' } };
    const hook = { annotations: { ...ignoring.annotations, 'argocd.argoproj.io/hook': 'Sync' } };
    const terminated = (state: JsonObject) => ({
      phase: 'Failed',
      containerStatuses: [{ name: 'a', state: { terminated: state } }],
    });
    check('v1', 'Pod', [
      [{ spec: always, status: { phase: 'Pending', ...stuck } }, 'Degraded', 'pull'],
      [{ spec: never, status: { phase: 'Running', ...stuck } }, 'Progressing'],
      [{ metadata: ignoring, spec: never, status: { phase: 'Running', ...stuck } }, 'Degraded', 'pull'],
      [{ metadata: hook, spec: never, status: { phase: 'Running', ...stuck } }, 'Progressing'],
      [{ spec: always, status: { phase: 'Running', ...ready } }, 'Healthy'],
      [
        {
          spec: always,
          status: { phase: 'Running', containerStatuses: [{ lastState: { terminated: { exitCode: 1 } } }] },
        },
        'Degraded',
      ],
      [{ spec: always, status: { phase: 'Running' } }, 'Progressing'],
      [{ status: { phase: 'Succeeded' } }, 'Healthy'],
      [{ status: { phase: 'Failed', message: 'evicted' } }, 'Degraded', 'evicted'],
      [{ status: terminated({ reason: 'OOMKilled' }) }, 'Degraded', 'OOMKilled'],
      [{ status: terminated({ exitCode: 3 }) }, 'Degraded', 'container "a" failed with exit code 3'],
      [{ status: terminated({ message: 'own words', exitCode: 3 }) }, 'Degraded', 'own words'],
      [{}, 'Unknown'],
    ]);
  });

  it('does not exist for other kinds, and is Unknown for versions that it does not read', () => {
    assert.equal(argoHealth(object('v1', 'ConfigMap')), undefined);
    assert.equal(argoHealth(object('serving.example.org/v1', 'Service')), undefined);
    check('apps/v1beta1', 'Deployment', [[{}, 'Unknown', 'unsupported Deployment GVK: apps/v1beta1, Kind=Deployment']]);
    check('autoscaling/v2beta2', 'HorizontalPodAutoscaler', [
      [{}, 'Unknown', 'unsupported HPA GVK: autoscaling/v2beta2, Kind=HorizontalPodAutoscaler'],
    ]);
  });

  it('of an object that is being deleted is Progressing, but for a hook whose phase has not ended', () => {
    const deleting = { deletionTimestamp: '2026-01-01T00:00:00Z' };
    const expected = { status: 'Progressing', message: 'Pending deletion' };
    assert.deepEqual(argoHealth(object('v1', 'ConfigMap', {}, deleting)), expected);
    const hook = object('batch/v1', 'Job', {}, { ...deleting, finalizers: ['argocd.argoproj.io/hook-finalizer'] });
    assert.equal(pendingDeletionHealth(hook), undefined);
    assert.deepEqual(argoHealth(hook), { status: 'Progressing' });
  });
});
