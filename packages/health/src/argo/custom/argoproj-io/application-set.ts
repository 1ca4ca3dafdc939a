import { conditionsInTurn, on } from '../conditions.ts';
import { progressing, type Check } from '../verdict.ts';

/** Health of an ApplicationSet of argoproj.io. */
export const applicationSetHealth: Check = conditionsInTurn(
  [
    [on('ErrorOccurred', 'True', 'Degraded')],
    [on('ResourcesUpToDate', 'False', 'Degraded')],
    [on('RolloutProgressing', 'True', 'Progressing')],
    [on('ResourcesUpToDate', 'True', 'Healthy')],
  ],
  progressing('Waiting for the status to be reported'),
);
