import { statusMessageOr, valueTable } from '../value-table.ts';
import { progressing, silent, withStatus, type Check } from '../verdict.ts';

/** Health of an AnalysisRun of argoproj.io. */
export const analysisRunHealth: Check = withStatus(
  progressing('Waiting for analysis run to finish: status has not been reconciled.'),
  valueTable(
    ['status', 'phase'],
    {
      Pending: progressing('Analysis run is running'),
      Running: progressing('Analysis run is running'),
      Successful: statusMessageOr('Healthy', 'Analysis run completed successfully'),
      Failed: statusMessageOr('Degraded', 'Analysis run failed'),
      Error: statusMessageOr('Degraded', 'Analysis run had an error'),
      Inconclusive: statusMessageOr('Unknown', 'Analysis run was inconclusive'),
    },
    silent,
  ),
);
