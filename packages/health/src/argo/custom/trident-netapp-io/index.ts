import type { GroupChecks } from '../verdict.ts';
import { tridentBackendConfigHealth } from './trident-backend-config.ts';
import { tridentOrchestratorHealth } from './trident-orchestrator.ts';

/** The health checks of trident.netapp.io. */
export const tridentNetappIoChecks: GroupChecks = {
  group: 'trident.netapp.io',
  kinds: {
    TridentBackendConfig: tridentBackendConfigHealth,
    TridentOrchestrator: tridentOrchestratorHealth,
  },
};
