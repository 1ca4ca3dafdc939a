import { count, get, list, type Value } from '../value.ts';
import { degraded, healthy, progressing, withStatus, type Check } from '../verdict.ts';

const insufficient = progressing('Current resource status is insufficient');

function isUnhealthy(status: Value): boolean {
  const told = get(status, 'health');
  return told === 'Unhealthy' || (told === 'Unknown' && get(status, 'applied') !== true);
}

/** A binding of Karmada: every cluster has told, and none of ill health. `isSettled`: whether its clusters are chosen. */
export function aggregatedStatus(isSettled: (clusters: Value) => boolean): Check {
  return withStatus(insufficient, (object) => {
    const clusters = get(object, 'spec', 'clusters');
    if (!isSettled(clusters)) return insufficient;
    const told = get(object, 'status', 'aggregatedStatus');
    if (told === undefined || count(told) === 0) return insufficient;
    if (clusters !== undefined && count(clusters) !== count(told)) return insufficient;
    return list(told).some(isUnhealthy) ? degraded('Current resource status is unhealthy') : healthy();
  });
}
