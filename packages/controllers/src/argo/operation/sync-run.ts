import type { Clock } from '@capstan/kube';
import type { KubernetesObject } from '@capstan/object';
import type { Cluster } from '../../runtime/cluster.ts';
import type { CompareContext } from '../compare/compare-object.ts';
import { APPLY_MANAGER } from '../names.ts';
import type { SyncPlan, SyncTask } from './plan.ts';
import type { OperationState } from './state.ts';

/** What carrying out a sync needs. */
export interface SyncRun {
  readonly plan: Extract<SyncPlan, { kind: 'plan' }>;
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly compare: CompareContext;
  /** Whether a live object says that it is this Application's. */
  readonly isClaimed: (live: KubernetesObject) => boolean;
  readonly caller: string;
  readonly signal: AbortSignal;
  readonly dryRun: boolean;
  /** Whose client-side fields a server-side apply takes over; nobody's where that is switched off. */
  readonly migrateFrom: string | undefined;
  /** Why a task may not be carried out by now; asked right before each write. */
  readonly deniedNow: (task: SyncTask) => Promise<string | undefined>;
  /** Puts the state on record before anything is written to the cluster. */
  readonly announce: (state: OperationState) => Promise<void>;
  /** Told of each object that has been deleted. */
  readonly onDeleted: (object: KubernetesObject) => void;
}

/** How the objects of a sync are written: whose fields they become, until when, on whose behalf. */
export function contextOf(run: SyncRun) {
  return { manager: APPLY_MANAGER, signal: run.signal, caller: run.caller };
}

/** How an object of a task is deleted. */
export function propagationOf(task: SyncTask): 'Foreground' | 'Background' | 'Orphan' {
  return task.task.action.kind === 'delete' ? task.task.action.propagation : 'Foreground';
}
