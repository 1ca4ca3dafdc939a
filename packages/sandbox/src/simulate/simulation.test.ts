import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { getPath, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import { startSandbox, type ResourceName, type Sandbox } from '../index.ts';
import { ManualClock, startSimulation, type Simulation } from './index.ts';
import { textAt } from './read.ts';
import * as kinds from './resources.ts';

const START = new Date('2026-01-02T03:04:05Z');
const USER = { manager: 'kubectl' };

describe('a simulated cluster', () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'simulation-'));
  const clock = new ManualClock(START);
  const failures: unknown[] = [];
  let sandbox: Sandbox;
  let simulation: Simulation;

  before(async () => {
    sandbox = await startSandbox({ stateDir, port: 0, plainHttp: true, clock, simulation: false });
    simulation = startSimulation(sandbox.api, clock, { onError: (error) => failures.push(error) });
    await settle();
  });
  after(async () => {
    simulation.close();
    await sandbox.close();
    rmSync(stateDir, { recursive: true });
    assert.deepEqual(failures, []);
  });

  /** Runs everything that is due now, and within `milliseconds` from now. */
  async function settle(milliseconds = 0): Promise<void> {
    const end = clock.now().getTime() + milliseconds;
    for (;;) {
      await setImmediate();
      const left = Math.max(0, end - clock.now().getTime());
      if (!clock.step(left) && simulation.idle) break;
    }
    clock.advance(Math.max(0, end - clock.now().getTime()));
  }

  function get(resource: ResourceName, name: string): KubernetesObject {
    const object = sandbox.api.get(resource, 'default', name);
    assert.ok(object, `${resource.resource} ${name} is missing`);
    return object;
  }

  function status(resource: ResourceName, name: string): JsonObject {
    return (getPath(get(resource, name), 'status') ?? {}) as JsonObject;
  }

  function condition(resource: ResourceName, name: string, type: string): JsonObject | undefined {
    const list = status(resource, name)['conditions'];
    return Array.isArray(list) ? (list as JsonObject[]).find((each) => each['type'] === type) : undefined;
  }

  const deployment = (name: string, image: string, more: JsonObject = {}, pod: JsonObject = {}): KubernetesObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'a', image, ports: [{ containerPort: 80, name: 'http' }] }], ...pod },
      },
      ...more,
    },
  });

  function setImage(name: string, image: string): void {
    const patch = {
      spec: {
        template: { spec: { containers: [{ name: 'a', image, ports: [{ containerPort: 80, name: 'http' }] }] } },
      },
    };
    sandbox.api.patch(kinds.DEPLOYMENTS, 'default', name, patch, USER);
  }

  it('rolls a Deployment out, as a real control plane reports it', async () => {
    sandbox.api.create(kinds.DEPLOYMENTS, deployment('web', 'nginx:1', { replicas: 2 }), USER);
    await settle();
    const set = sandbox.api.list(kinds.REPLICA_SETS, { namespace: 'default', labelSelector: 'app=web' })[0];
    const now = '2026-01-02T03:04:05Z';
    const name = textAt(set?.metadata, 'name');
    assert.deepEqual(status(kinds.DEPLOYMENTS, 'web'), {
      availableReplicas: 2,
      conditions: [
        {
          lastTransitionTime: now,
          lastUpdateTime: now,
          message: 'Deployment has minimum availability.',
          reason: 'MinimumReplicasAvailable',
          status: 'True',
          type: 'Available',
        },
        {
          lastTransitionTime: now,
          lastUpdateTime: now,
          message: `ReplicaSet "${name}" has successfully progressed.`,
          reason: 'NewReplicaSetAvailable',
          status: 'True',
          type: 'Progressing',
        },
      ],
      observedGeneration: 1,
      readyReplicas: 2,
      replicas: 2,
      terminatingReplicas: 0,
      updatedReplicas: 2,
    });
    assert.equal(
      getPath(get(kinds.DEPLOYMENTS, 'web'), 'metadata', 'annotations', 'deployment.kubernetes.io/revision'),
      '1',
    );
  });

  it('replaces the pods when the template changes, and keeps the old ReplicaSet', async () => {
    setImage('web', 'nginx:2');
    await settle();
    const sets = sandbox.api.list(kinds.REPLICA_SETS, { namespace: 'default', labelSelector: 'app=web' });
    assert.deepEqual(sets.map((set) => getPath(set, 'spec', 'replicas')).sort(), [0, 2]);
    assert.equal(status(kinds.DEPLOYMENTS, 'web')['updatedReplicas'], 2);
    assert.equal(
      getPath(get(kinds.DEPLOYMENTS, 'web'), 'metadata', 'annotations', 'deployment.kubernetes.io/revision'),
      '2',
    );
    const pods = sandbox.api.list(kinds.PODS, { namespace: 'default', labelSelector: 'app=web' });
    assert.equal(pods.length, 2);
  });

  it('goes back to the first ReplicaSet under a new number', async () => {
    setImage('web', 'nginx:1');
    await settle();
    assert.equal(sandbox.api.list(kinds.REPLICA_SETS, { namespace: 'default', labelSelector: 'app=web' }).length, 2);
    assert.equal(
      getPath(get(kinds.DEPLOYMENTS, 'web'), 'metadata', 'annotations', 'deployment.kubernetes.io/revision'),
      '3',
    );
  });

  it('scales up and down without a new revision', async () => {
    sandbox.api.patch(kinds.DEPLOYMENTS, 'default', 'web', { spec: { replicas: 5 } }, USER);
    await settle();
    assert.equal(status(kinds.DEPLOYMENTS, 'web')['availableReplicas'], 5);
    sandbox.api.patch(kinds.DEPLOYMENTS, 'default', 'web', { spec: { replicas: 1 } }, USER);
    await settle();
    assert.equal(status(kinds.DEPLOYMENTS, 'web')['availableReplicas'], 1);
    assert.equal(sandbox.api.list(kinds.PODS, { namespace: 'default', labelSelector: 'app=web' }).length, 1);
  });

  it('fails to pull an image that does not exist, and gives up at the deadline', async () => {
    sandbox.api.create(
      kinds.DEPLOYMENTS,
      deployment('broken', 'nginx:does-not-exist', { progressDeadlineSeconds: 60 }),
      USER,
    );
    await settle(2000);
    const pod = sandbox.api.list(kinds.PODS, { namespace: 'default', labelSelector: 'app=broken' })[0];
    assert.equal(getPath(pod, 'status', 'containerStatuses', 0, 'state', 'waiting', 'reason'), 'ImagePullBackOff');
    assert.equal(condition(kinds.DEPLOYMENTS, 'broken', 'Progressing')?.['status'], 'True');
    await settle(61_000);
    const late = condition(kinds.DEPLOYMENTS, 'broken', 'Progressing');
    assert.equal(late?.['reason'], 'ProgressDeadlineExceeded');
    assert.match(textAt(late, 'message'), /^ReplicaSet "broken-\w+" has timed out progressing\.$/);
    assert.equal(condition(kinds.DEPLOYMENTS, 'broken', 'Available')?.['reason'], 'MinimumReplicasUnavailable');
  });

  it('keeps the old pods while the new ones fail', async () => {
    sandbox.api.create(kinds.DEPLOYMENTS, deployment('half', 'nginx:1', { replicas: 4 }), USER);
    await settle();
    setImage('half', 'nginx:does-not-exist');
    await settle(5000);
    assert.equal(status(kinds.DEPLOYMENTS, 'half')['availableReplicas'], 3);
    assert.equal(status(kinds.DEPLOYMENTS, 'half')['updatedReplicas'], 2);
    setImage('half', 'nginx:2');
    await settle(5000);
    assert.equal(status(kinds.DEPLOYMENTS, 'half')['updatedReplicas'], 4);
    assert.equal(condition(kinds.DEPLOYMENTS, 'half', 'Progressing')?.['reason'], 'NewReplicaSetAvailable');
  });

  it('warns of an image that cannot be pulled', () => {
    const events = sandbox.api.list(kinds.EVENTS, { namespace: 'default' });
    const about = events.filter((event) => textAt(event, 'involvedObject', 'name').startsWith('broken-'));
    const warnings = about.filter((event) => event['type'] === 'Warning');
    assert.deepEqual(warnings.map((event) => textAt(event, 'reason')).sort(), ['BackOff', 'Failed']);
  });

  it('tells of what the controllers do, in the words of the real ones', async () => {
    sandbox.api.create(kinds.DEPLOYMENTS, deployment('told', 'nginx:1', { replicas: 1 }), USER);
    await settle();
    setImage('told', 'nginx:2');
    await settle();
    const told = sandbox.api
      .list(kinds.EVENTS, { namespace: 'default' })
      .filter((event) => textAt(event, 'involvedObject', 'name').startsWith('told'))
      .map(
        (event) => `${textAt(event, 'involvedObject', 'kind')} ${textAt(event, 'reason')}: ${textAt(event, 'message')}`,
      )
      .map((line) => line.replace(/told-[0-9a-z]+(-[0-9a-z]{5})?/, (_, pod) => (pod === undefined ? 'SET' : 'POD')));
    assert.deepEqual(told.sort(), [
      'Deployment ScalingReplicaSet: Scaled down replica set SET from 1 to 0',
      'Deployment ScalingReplicaSet: Scaled up replica set SET from 0 to 1',
      'Deployment ScalingReplicaSet: Scaled up replica set SET from 0 to 1',
      'Pod Scheduled: Successfully assigned default/POD to node-1',
      'Pod Scheduled: Successfully assigned default/POD to node-1',
      'ReplicaSet SuccessfulCreate: Created pod: POD',
      'ReplicaSet SuccessfulCreate: Created pod: POD',
      'ReplicaSet SuccessfulDelete: Deleted pod: POD',
    ]);
  });

  it('says why a pod fits no node', async () => {
    sandbox.api.create(
      kinds.DEPLOYMENTS,
      deployment('nowhere', 'nginx:1', {}, { nodeSelector: { no: 'where' } }),
      USER,
    );
    await settle();
    const pod = sandbox.api.list(kinds.PODS, { namespace: 'default', labelSelector: 'app=nowhere' })[0];
    assert.equal(getPath(pod, 'status', 'phase'), 'Pending');
    assert.equal(
      getPath(pod, 'status', 'conditions', 0, 'message'),
      "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
    );
  });

  it('waits with Recreate until the old pods are gone', async () => {
    sandbox.api.create(kinds.DEPLOYMENTS, deployment('once', 'nginx:1', { strategy: { type: 'Recreate' } }), USER);
    await settle();
    setImage('once', 'nginx:2');
    await settle();
    assert.equal(status(kinds.DEPLOYMENTS, 'once')['availableReplicas'], 1);
    assert.equal(sandbox.api.list(kinds.PODS, { namespace: 'default', labelSelector: 'app=once' }).length, 1);
  });

  it('does nothing to a paused Deployment but scale it', async () => {
    sandbox.api.patch(kinds.DEPLOYMENTS, 'default', 'once', { spec: { paused: true } }, USER);
    await settle();
    setImage('once', 'nginx:3');
    await settle();
    assert.equal(condition(kinds.DEPLOYMENTS, 'once', 'Progressing')?.['reason'], 'DeploymentPaused');
    assert.equal(status(kinds.DEPLOYMENTS, 'once')['updatedReplicas'], undefined);
    sandbox.api.patch(kinds.DEPLOYMENTS, 'default', 'once', { spec: { paused: false } }, USER);
    await settle();
    assert.equal(condition(kinds.DEPLOYMENTS, 'once', 'Progressing')?.['reason'], 'NewReplicaSetAvailable');
  });

  const job = (name: string, more: JsonObject = {}, pod: JsonObject = {}): KubernetesObject => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: 'default' },
    spec: {
      template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'busybox:1', ...pod }] } },
      ...more,
    },
  });

  it('completes a Job', async () => {
    sandbox.api.create(kinds.JOBS, job('job', { completions: 2 }), USER);
    await settle();
    const time = timeOf(clock);
    const reached = {
      lastProbeTime: time,
      lastTransitionTime: time,
      message: 'Reached expected number of succeeded pods',
      reason: 'CompletionsReached',
      status: 'True',
    };
    assert.deepEqual(status(kinds.JOBS, 'job'), {
      completionTime: time,
      conditions: [
        { ...reached, type: 'SuccessCriteriaMet' },
        { ...reached, type: 'Complete' },
      ],
      ready: 0,
      startTime: time,
      succeeded: 2,
      terminating: 0,
      uncountedTerminatedPods: {},
    });
  });

  it('fails a Job whose command fails, after its retries', async () => {
    sandbox.api.create(
      kinds.JOBS,
      job('failing', { backoffLimit: 1 }, { command: ['sh', '-c', 'echo no; exit 3'] }),
      USER,
    );
    await settle();
    assert.equal(condition(kinds.JOBS, 'failing', 'Failed')?.['reason'], 'BackoffLimitExceeded');
    assert.equal(status(kinds.JOBS, 'failing')['failed'], 2);
  });

  it('fails a Job at its deadline', async () => {
    const selector = {
      template: {
        spec: { nodeSelector: { no: 'where' }, restartPolicy: 'Never', containers: [{ name: 'a', image: 'b:1' }] },
      },
    };
    sandbox.api.create(kinds.JOBS, job('late', { activeDeadlineSeconds: 5, ...selector }), USER);
    await settle(6000);
    const failed = condition(kinds.JOBS, 'late', 'Failed');
    assert.equal(failed?.['reason'], 'DeadlineExceeded');
    assert.equal(status(kinds.JOBS, 'late')['failed'], 1);
    assert.equal(status(kinds.JOBS, 'late')['active'], undefined);
  });

  it('holds a suspended Job, and deletes one whose time to live is over', async () => {
    sandbox.api.create(kinds.JOBS, job('held', { suspend: true, ttlSecondsAfterFinished: 30 }), USER);
    await settle();
    assert.equal(condition(kinds.JOBS, 'held', 'Suspended')?.['status'], 'True');
    assert.equal(status(kinds.JOBS, 'held')['startTime'], undefined);
    sandbox.api.patch(kinds.JOBS, 'default', 'held', { spec: { suspend: false } }, USER);
    await settle();
    assert.equal(condition(kinds.JOBS, 'held', 'Complete')?.['status'], 'True');
    await settle(31_000);
    assert.equal(sandbox.api.get(kinds.JOBS, 'default', 'held'), undefined);
  });

  it('runs a CronJob each minute and keeps three Jobs', async () => {
    const spec = { schedule: '* * * * *', jobTemplate: { spec: job('x').spec as JsonObject } };
    sandbox.api.create(
      kinds.CRON_JOBS,
      { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'cron', namespace: 'default' }, spec },
      USER,
    );
    await settle(5 * 60_000);
    const jobs = sandbox.api
      .list(kinds.JOBS, { namespace: 'default' })
      .filter((each) => textAt(each.metadata, 'name').startsWith('cron-'));
    assert.equal(jobs.length, 3);
    assert.notEqual(status(kinds.CRON_JOBS, 'cron')['lastSuccessfulTime'], undefined);
    sandbox.api.delete(kinds.CRON_JOBS, 'default', 'cron');
  });

  it('fills a StatefulSet in order, with a bound claim each', async () => {
    const template = { metadata: { labels: { app: 'sts' } }, spec: { containers: [{ name: 'a', image: 'nginx:1' }] } };
    const claim = {
      metadata: { name: 'd' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    };
    const spec = {
      serviceName: 's',
      replicas: 2,
      selector: { matchLabels: { app: 'sts' } },
      template,
      volumeClaimTemplates: [claim],
    };
    sandbox.api.create(
      kinds.STATEFUL_SETS,
      { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'sts', namespace: 'default' }, spec },
      USER,
    );
    await settle();
    const found = status(kinds.STATEFUL_SETS, 'sts');
    const revision = textAt(found, 'currentRevision');
    assert.deepEqual(found, {
      availableReplicas: 2,
      collisionCount: 0,
      currentReplicas: 2,
      currentRevision: revision,
      observedGeneration: 1,
      readyReplicas: 2,
      replicas: 2,
      updateRevision: revision,
      updatedReplicas: 2,
    });
    assert.equal(status(kinds.CLAIMS, 'd-sts-1')['phase'], 'Bound');
    const patch: JsonValue = { spec: { template: { spec: { containers: [{ name: 'a', image: 'nginx:2' }] } } } };
    sandbox.api.patch(kinds.STATEFUL_SETS, 'default', 'sts', patch, USER);
    await settle();
    assert.notEqual(status(kinds.STATEFUL_SETS, 'sts')['currentRevision'], revision);
    assert.equal(getPath(get(kinds.PODS, 'sts-0'), 'spec', 'containers', 0, 'image'), 'nginx:2');
  });

  it('puts a DaemonSet on the node', async () => {
    const template = { metadata: { labels: { app: 'ds' } }, spec: { containers: [{ name: 'a', image: 'nginx:1' }] } };
    const spec = { selector: { matchLabels: { app: 'ds' } }, template };
    sandbox.api.create(
      kinds.DAEMON_SETS,
      { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'ds', namespace: 'default' }, spec },
      USER,
    );
    await settle();
    assert.deepEqual(status(kinds.DAEMON_SETS, 'ds'), {
      currentNumberScheduled: 1,
      desiredNumberScheduled: 1,
      numberAvailable: 1,
      numberMisscheduled: 0,
      numberReady: 1,
      observedGeneration: 1,
      updatedNumberScheduled: 1,
    });
  });

  it('lists the ready pods of a Service, and gives a load balancer its address', async () => {
    const spec = { type: 'LoadBalancer', selector: { app: 'half' }, ports: [{ port: 80, targetPort: 'http' }] };
    sandbox.api.create(
      kinds.SERVICES,
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 'half', namespace: 'default' }, spec },
      USER,
    );
    await settle();
    const slices = sandbox.api.list(kinds.SLICES, {
      namespace: 'default',
      labelSelector: 'kubernetes.io/service-name=half',
    });
    assert.equal(slices.length, 1);
    assert.equal((getPath(slices[0], 'endpoints') as readonly JsonValue[]).length, 4);
    assert.equal((getPath(get(kinds.ENDPOINTS, 'half'), 'subsets', 0, 'addresses') as readonly JsonValue[]).length, 4);
    assert.match(textAt(status(kinds.SERVICES, 'half'), 'loadBalancer', 'ingress', 0, 'ip'), /^198\.19\./);
    sandbox.api.delete(kinds.SERVICES, 'default', 'half');
    await settle();
    assert.equal(sandbox.api.get(kinds.ENDPOINTS, 'default', 'half'), undefined);
  });

  it('leaves a load balancer of a class to whoever serves that', async () => {
    const spec = { type: 'LoadBalancer', loadBalancerClass: 'example.com/mine', ports: [{ port: 80 }] };
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'mine', namespace: 'default' }, spec };
    const made = sandbox.api.create(kinds.SERVICES, service, USER);
    await settle();
    assert.deepEqual(status(kinds.SERVICES, 'mine'), { loadBalancer: {} });
    const ingress = [{ ip: '192.0.2.1', ipMode: 'VIP' }];
    const addressed = { ...made, status: { loadBalancer: { ingress } } };
    sandbox.api.update(kinds.SERVICES, addressed, { ...USER, subresource: 'status' });
    await settle();
    assert.deepEqual(status(kinds.SERVICES, 'mine'), { loadBalancer: { ingress } });
  });

  it('scales by scripted metrics, within the bounds', async () => {
    const spec = {
      minReplicas: 1,
      maxReplicas: 6,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'half' },
    };
    const metadata = { name: 'half', namespace: 'default' };
    sandbox.api.create(
      kinds.AUTOSCALERS,
      { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata, spec },
      USER,
    );
    await settle();
    assert.equal(getPath(get(kinds.DEPLOYMENTS, 'half'), 'spec', 'replicas'), 4);
    const why = 'the server could not find the requested resource (get pods.metrics.k8s.io)';
    assert.deepEqual(condition(kinds.AUTOSCALERS, 'half', 'ScalingActive'), {
      lastTransitionTime: textAt(condition(kinds.AUTOSCALERS, 'half', 'ScalingActive'), 'lastTransitionTime'),
      message: `the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: ${why}`,
      reason: 'FailedGetResourceMetric',
      status: 'False',
      type: 'ScalingActive',
    });
    assert.deepEqual(status(kinds.AUTOSCALERS, 'half')['currentMetrics'], [{ type: '' }]);
    const annotations = { 'sandbox.capstan.dev/utilization': '160' };
    sandbox.api.patch(kinds.AUTOSCALERS, 'default', 'half', { metadata: { annotations } }, USER);
    await settle();
    assert.equal(getPath(get(kinds.DEPLOYMENTS, 'half'), 'spec', 'replicas'), 6);
    assert.equal(status(kinds.DEPLOYMENTS, 'half')['availableReplicas'], 6);
    assert.equal(condition(kinds.AUTOSCALERS, 'half', 'ScalingLimited')?.['reason'], 'TooManyReplicas');
  });

  it('counts how many pods may be missed', async () => {
    const spec = { minAvailable: 1, selector: { matchLabels: { app: 'half' } } };
    sandbox.api.create(
      kinds.BUDGETS,
      { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'half', namespace: 'default' }, spec },
      USER,
    );
    await settle();
    const { conditions: _conditions, ...counts } = status(kinds.BUDGETS, 'half');
    assert.deepEqual(counts, {
      currentHealthy: 6,
      desiredHealthy: 1,
      disruptionsAllowed: 5,
      expectedPods: 6,
      observedGeneration: 1,
    });
  });

  it('takes everything down with a deleted Deployment', async () => {
    sandbox.api.delete(kinds.DEPLOYMENTS, 'default', 'half', { propagation: 'Background' });
    for (let turn = 0; turn < 5; turn++) {
      await setImmediate();
      await settle(1000);
    }
    assert.deepEqual(sandbox.api.list(kinds.PODS, { namespace: 'default', labelSelector: 'app=half' }), []);
  });
});

function timeOf(clock: ManualClock): string {
  return `${clock.now().toISOString().slice(0, 19)}Z`;
}
