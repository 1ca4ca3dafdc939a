import type { GroupChecks } from '../verdict.ts';
import { certificatePolicyHealth } from './certificate-policy.ts';
import { configurationPolicyHealth } from './configuration-policy.ts';
import { operatorPolicyHealth } from './operator-policy.ts';
import { policyHealth } from './policy.ts';

/** The health checks of policy.open-cluster-management.io. */
export const policyOpenClusterManagementIoChecks: GroupChecks = {
  group: 'policy.open-cluster-management.io',
  kinds: {
    CertificatePolicy: certificatePolicyHealth,
    ConfigurationPolicy: configurationPolicyHealth,
    OperatorPolicy: operatorPolicyHealth,
    Policy: policyHealth,
  },
};
