import type { ClusterApi, Clock, ResourceName } from '../cluster-api.ts';
import { startAddresses } from './address-controller.ts';
import { startAutoscaler } from './autoscaler-controller.ts';
import { startBudgets } from './budget-controller.ts';
import { startClaims } from './claim-controller.ts';
import { ensureClusterObjects } from './cluster-objects.ts';
import type { SimulationContext } from './context.ts';
import { startCronJobs } from './cron-job-controller.ts';
import { startDaemonSets } from './daemon-set-controller.ts';
import { startDeployments } from './deployment-controller.ts';
import { startEndpoints } from './endpoints-controller.ts';
import { EventRecorder } from './events.ts';
import { Informer } from './informer.ts';
import { startJobs } from './job-controller.ts';
import { startKubelet } from './kubelet.ts';
import { observedApi } from './observed-api.ts';
import { startReplicaSets } from './replica-set-controller.ts';
import { startScheduler } from './scheduler.ts';
import { DEFAULT_OPTIONS, type SimulationOptions } from './simulation-options.ts';
import { startStatefulSets } from './stateful-set-controller.ts';
import { WorkQueue } from './work-queue.ts';

/** The running controllers. */
export interface Simulation {
  /** Whether nothing waits to be done now; what waits for a time does not count. */
  readonly idle: boolean;
  close(): void;
}

/**
 * Starts the workload controllers, the scheduler and the node of a simulated cluster on an API: they watch, and write
 * status as the real ones do, under the real ones' field managers. Time is the clock's alone.
 */
export function startSimulation(api: ClusterApi, clock: Clock, options: Partial<SimulationOptions> = {}): Simulation {
  const settings = { ...DEFAULT_OPTIONS, ...options };
  const queue = new WorkQueue(clock, settings.onError);
  const informers = new Map<string, Informer>();
  const observed = observedApi(api, (resource) => informers.get(resourceKey(resource)));
  const context: SimulationContext = {
    api: observed,
    events: new EventRecorder(api, clock, settings.nodeName),
    clock,
    options: settings,
    informer(resource) {
      const key = resourceKey(resource);
      const known = informers.get(key);
      if (known !== undefined) return known;
      const made = new Informer(api, resource);
      informers.set(key, made);
      return made;
    },
    lane: (name, reconcile) => queue.lane(name, reconcile),
  };
  ensureClusterObjects(context);
  startClaims(context);
  startScheduler(context);
  startKubelet(context);
  startReplicaSets(context);
  startDeployments(context);
  startStatefulSets(context);
  startDaemonSets(context);
  startJobs(context);
  startCronJobs(context);
  startEndpoints(context);
  startAddresses(context);
  startAutoscaler(context);
  startBudgets(context);
  return {
    get idle() {
      return queue.idle;
    },
    close() {
      queue.close();
      for (const informer of informers.values()) informer.close();
    },
  };
}

function resourceKey(resource: ResourceName): string {
  return `${resource.group}/${resource.version}/${resource.resource}`;
}
