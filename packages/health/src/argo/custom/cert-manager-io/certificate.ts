import { conditionsInTurn, on } from '../conditions.ts';
import { progressing, type Check } from '../verdict.ts';

/** Health of a Certificate of cert-manager.io. */
export const certificateHealth: Check = conditionsInTurn(
  [[on('Issuing', 'True', 'Progressing')], [on('Ready', 'False', 'Degraded'), on('Ready', 'True', 'Healthy')]],
  progressing('Waiting for certificate'),
);
