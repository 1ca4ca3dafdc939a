import { getPath, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import { conditionOf, isDeleting, numberAt, objectAt, objectsAt, textAt } from '../simulate/read.ts';
import { ageCell, nameCell, shown, since, table } from './cell.ts';

/** How Pods are shown. */
export const podTable = table(
  'Name Ready Status Restarts Age IP:1 Node:1 Nominated_Node:1 Readiness_Gates:1',
  (pod, now) => {
    const status = objectAt(pod, 'status');
    const { reason, restarts, restarted } = summary(pod);
    const states = objectsAt(status, 'containerStatuses');
    const ready = states.filter((state) => state['ready'] === true && getPath(state, 'state', 'running') !== undefined);
    const sidecars = objectsAt(pod, 'spec', 'initContainers').filter((each) => each['restartPolicy'] === 'Always');
    const total = objectsAt(pod, 'spec', 'containers').length + sidecars.length;
    const again = restarts > 0 && restarted !== '' ? `${restarts} (${since(restarted, now)} ago)` : `${restarts}`;
    return [
      nameCell(pod),
      `${ready.length}/${total}`,
      reason,
      again,
      ageCell(pod, now),
      shown(status['podIP'], '<none>'),
      shown(getPath(pod, 'spec', 'nodeName'), '<none>'),
      shown(status['nominatedNodeName'], '<none>'),
      gates(pod),
    ];
  },
);

interface Summary {
  readonly reason: string;
  readonly restarts: number;
  /** When a container last ended and was started again. */
  readonly restarted: string;
}

function summary(pod: KubernetesObject): Summary {
  const status = objectAt(pod, 'status');
  const initial = textAt(status, 'reason') || textAt(status, 'phase');
  const gated = conditionOf(status, 'PodScheduled')?.['reason'] === 'SchedulingGated' ? 'SchedulingGated' : initial;
  const states = objectsAt(status, 'initContainerStatuses');
  const init = initReason(pod, states);
  const main = mainReason(pod, gated);
  const result = init === undefined ? main : { ...countOf(states), reason: init };
  return isDeleting(pod) ? { ...result, reason: deletionReason(status) } : result;
}

function deletionReason(status: JsonObject): string {
  if (textAt(status, 'reason') === 'NodeLost') return 'Unknown';
  const phase = textAt(status, 'phase');
  return phase === 'Succeeded' || phase === 'Failed'
    ? textAt(status, 'reason') || (phase === 'Succeeded' ? 'Completed' : 'Error')
    : 'Terminating';
}

/** What the first init container that is not through shows; undefined when all are. */
function initReason(pod: KubernetesObject, states: readonly JsonObject[]): string | undefined {
  const total = objectsAt(pod, 'spec', 'initContainers').length;
  for (const [index, state] of states.entries()) {
    const terminated = getPath(state, 'state', 'terminated');
    if (terminated !== undefined && numberAt(terminated, 0, 'exitCode') === 0) continue;
    if (terminated !== undefined) return `Init:${terminatedReason(terminated)}`;
    const waiting = textAt(state, 'state', 'waiting', 'reason');
    if (waiting !== '' && waiting !== 'PodInitializing') return `Init:${waiting}`;
    const sidecar = getPath(pod, 'spec', 'initContainers', index, 'restartPolicy') === 'Always';
    if (sidecar && state['started'] === true) continue;
    return `Init:${index}/${total}`;
  }
  return undefined;
}

function mainReason(pod: KubernetesObject, initial: string): Summary {
  const states = objectsAt(pod, 'status', 'containerStatuses');
  let reason = initial;
  let running = false;
  for (const state of [...states].reverse()) {
    const waiting = textAt(state, 'state', 'waiting', 'reason');
    const terminated = getPath(state, 'state', 'terminated');
    if (waiting !== '') reason = waiting;
    else if (terminated !== undefined) reason = terminatedReason(terminated);
    else if (state['ready'] === true && getPath(state, 'state', 'running') !== undefined) running = true;
  }
  if (reason === 'Completed' && running) {
    reason = conditionOf(getPath(pod, 'status'), 'Ready')?.['status'] === 'True' ? 'Running' : 'NotReady';
  }
  return { ...countOf(states), reason };
}

function terminatedReason(terminated: JsonValue): string {
  const reason = textAt(terminated, 'reason');
  if (reason !== '') return reason;
  const signal = numberAt(terminated, 0, 'signal');
  return signal === 0 ? `ExitCode:${numberAt(terminated, 0, 'exitCode')}` : `Signal:${signal}`;
}

function countOf(states: readonly JsonObject[]): { readonly restarts: number; readonly restarted: string } {
  const restarts = states.reduce((total, state) => total + numberAt(state, 0, 'restartCount'), 0);
  const ends = states
    .map((state) => textAt(state, 'lastState', 'terminated', 'finishedAt'))
    .filter((each) => each !== '');
  return { restarts, restarted: ends.sort().at(-1) ?? '' };
}

function gates(pod: KubernetesObject): string {
  const wanted = objectsAt(pod, 'spec', 'readinessGates').map((gate) => textAt(gate, 'conditionType'));
  if (wanted.length === 0) return '<none>';
  const met = wanted.filter((type) => conditionOf(getPath(pod, 'status'), type)?.['status'] === 'True');
  return `${met.length}/${wanted.length}`;
}
