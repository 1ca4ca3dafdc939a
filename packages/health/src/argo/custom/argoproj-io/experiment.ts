import { valueTable } from '../value-table.ts';
import { degraded, healthy, progressing, silent, withStatus, type Check } from '../verdict.ts';

/** Health of an Experiment of argoproj.io. */
export const experimentHealth: Check = withStatus(
  progressing('Waiting for experiment to finish: status has not been reconciled.'),
  valueTable(
    ['status', 'phase'],
    {
      Pending: progressing('Experiment is pending'),
      Running: progressing('Experiment is running'),
      Successful: healthy('Experiment is successful'),
      Failed: degraded('Experiment has failed'),
      Error: degraded('Experiment had an error'),
    },
    silent,
  ),
);
