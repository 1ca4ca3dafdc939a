import type { Check } from '../verdict.ts';
import { grafanaConditions } from './grafana-conditions.ts';

/** Health of a GrafanaFolder of grafana.integreatly.org. */
export const grafanaFolderHealth: Check = grafanaConditions;
