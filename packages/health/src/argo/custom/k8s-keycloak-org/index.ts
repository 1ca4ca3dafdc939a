import type { GroupChecks } from '../verdict.ts';
import { keycloakHealth } from './keycloak.ts';

/** The health checks of k8s.keycloak.org. */
export const k8sKeycloakOrgChecks: GroupChecks = {
  group: 'k8s.keycloak.org',
  kinds: {
    Keycloak: keycloakHealth,
  },
};
