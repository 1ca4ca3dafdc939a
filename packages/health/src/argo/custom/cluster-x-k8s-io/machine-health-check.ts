import { get, peek } from '../value.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

/** Health of a MachineHealthCheck of Cluster API: as many healthy machines as expected. */
export const machineHealthCheckHealth: Check = (object) => {
  const current = peek(object, 'status', 'currentHealthy');
  if (current === undefined) return progressing();
  return get(object, 'status', 'expectedMachines') === current ? healthy() : degraded();
};
