import { conditionsOf, matches, type Match } from '../conditions.ts';
import { peek } from '../value.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

const waiting = progressing('replication controller is waiting for pods to run');
const signs: readonly Match[] = [
  { type: 'Available', status: 'True' },
  { type: 'Progressing', reason: 'NewReplicationControllerAvailable', status: 'True' },
];

/** Health of an OpenShift DeploymentConfig: both available and rolled out, or of no replicas. */
export const deploymentConfigHealth: Check = (object) => {
  const replicas = peek(object, 'status', 'replicas');
  const conditions = replicas === undefined ? undefined : conditionsOf(object);
  if (conditions === undefined) return waiting;
  const good = conditions.filter((condition) => signs.some((sign) => matches(condition, sign))).length;
  if (good === 2 || replicas === 0) return healthy('replication controller successfully rolled out');
  return good === 1 ? waiting : degraded('Deployment config is degraded');
};
