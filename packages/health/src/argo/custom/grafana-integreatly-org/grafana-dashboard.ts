import type { Check } from '../verdict.ts';
import { grafanaConditions } from './grafana-conditions.ts';

/** Health of a GrafanaDashboard of grafana.integreatly.org. */
export const grafanaDashboardHealth: Check = grafanaConditions;
