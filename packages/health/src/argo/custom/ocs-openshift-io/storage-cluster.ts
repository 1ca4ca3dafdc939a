import { conditionsOf, lastOfType } from '../conditions.ts';
import { get } from '../value.ts';
import { judged, unknown, type Check } from '../verdict.ts';

/** From the gravest; each with the last message of its type. */
const grades = [
  ['Degraded', 'Degraded'],
  ['Progressing', 'Progressing'],
  ['Available', 'Healthy'],
] as const;

/** Health of an OpenShift StorageCluster: the gravest of its conditions. */
export const storageClusterHealth: Check = (object) => {
  const current = (conditionsOf(object) ?? []).filter((condition) => get(condition, 'status') === 'True');
  for (const [type, code] of grades) {
    const condition = lastOfType(current, type);
    if (condition !== undefined) return judged(code, get(condition, 'message'));
  }
  return unknown('StorageCluster is in an unknown state.');
};
