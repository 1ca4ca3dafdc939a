import type { GroupChecks } from '../verdict.ts';
import { grafanaHealth } from './grafana.ts';
import { grafanaDashboardHealth } from './grafana-dashboard.ts';
import { grafanaDatasourceHealth } from './grafana-datasource.ts';
import { grafanaFolderHealth } from './grafana-folder.ts';

/** The health checks of grafana.integreatly.org. */
export const grafanaIntegreatlyOrgChecks: GroupChecks = {
  group: 'grafana.integreatly.org',
  kinds: {
    Grafana: grafanaHealth,
    GrafanaDashboard: grafanaDashboardHealth,
    GrafanaDatasource: grafanaDatasourceHealth,
    GrafanaFolder: grafanaFolderHealth,
  },
};
