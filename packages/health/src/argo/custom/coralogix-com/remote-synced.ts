import { firstCondition, on } from '../conditions.ts';
import { progressing, type Check } from '../verdict.ts';

/** Health of what is synced to Coralogix: the condition `RemoteSynced`. */
export const remoteSynced: Check = firstCondition(
  [on('RemoteSynced', 'True', 'Healthy', 'Resource is ready'), on('RemoteSynced', 'False', 'Degraded')],
  progressing('Waiting for status to be updated'),
);
