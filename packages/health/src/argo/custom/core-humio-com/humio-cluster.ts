import { statusMessageOr, valueTable } from '../value-table.ts';
import { get } from '../value.ts';
import { progressing, type Check } from '../verdict.ts';

/** Health of a HumioCluster: its state. Upstream's check fails while there is no status. */
export const humioClusterHealth: Check = valueTable(
  (object) => get(object, 'status', 'state'),
  {
    Running: statusMessageOr('Healthy', 'Cluster is in a healthy running state'),
    Restarting: statusMessageOr('Progressing', 'Cluster pods are being restarted'),
    Upgrading: statusMessageOr('Progressing', 'Cluster pods are being upgraded'),
    ConfigError: statusMessageOr('Degraded', 'User-provided cluster specification resulted in a configuration error'),
    Pending: statusMessageOr('Progressing', 'Cluster is waiting on resources to be provisioned'),
    Unknown: statusMessageOr('Unknown', 'Component state: Unknown.'),
  },
  progressing('Update in progress'),
);
