import { conditionsOf } from '../conditions.ts';
import { get, peek, text } from '../value.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

const waiting = progressing('Waiting for 3scale APIManager status...');
const available = healthy('3scale APIManager is available');

/** Health of a 3scale APIManager: its deployments; where some are not ready, the condition `Available`. */
export const apiManagerHealth: Check = (object) => {
  const deployments = peek(object, 'status', 'deployments');
  if (deployments !== undefined) {
    const has = (state: string) => get(deployments, state) !== undefined;
    if (has('ready') && !has('starting') && !has('stopped')) return available;
  }
  for (const condition of conditionsOf(object) ?? []) {
    if (get(condition, 'type') !== 'Available') continue;
    if (get(condition, 'status') === 'True') return available;
    const why = get(condition, 'reason');
    if (why !== undefined && why !== '') return degraded(text`3scale APIManager is degraded: ${why}`);
  }
  return waiting;
};
