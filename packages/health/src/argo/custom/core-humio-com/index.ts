import type { GroupChecks } from '../verdict.ts';
import { humioActionHealth } from './humio-action.ts';
import { humioAlertHealth } from './humio-alert.ts';
import { humioClusterHealth } from './humio-cluster.ts';
import { humioIngestTokenHealth } from './humio-ingest-token.ts';
import { humioParserHealth } from './humio-parser.ts';
import { humioRepositoryHealth } from './humio-repository.ts';
import { humioViewHealth } from './humio-view.ts';

/** The health checks of core.humio.com. */
export const coreHumioComChecks: GroupChecks = {
  group: 'core.humio.com',
  kinds: {
    HumioAction: humioActionHealth,
    HumioAlert: humioAlertHealth,
    HumioCluster: humioClusterHealth,
    HumioIngestToken: humioIngestTokenHealth,
    HumioParser: humioParserHealth,
    HumioRepository: humioRepositoryHealth,
    HumioView: humioViewHealth,
  },
};
