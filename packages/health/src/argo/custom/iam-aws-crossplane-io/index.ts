import type { GroupChecks } from '../verdict.ts';
import { policyHealth } from './policy.ts';
import { roleHealth } from './role.ts';
import { rolePolicyAttachmentHealth } from './role-policy-attachment.ts';

/** The health checks of iam.aws.crossplane.io. */
export const iamAwsCrossplaneIoChecks: GroupChecks = {
  group: 'iam.aws.crossplane.io',
  kinds: {
    Policy: policyHealth,
    Role: roleHealth,
    RolePolicyAttachment: rolePolicyAttachmentHealth,
  },
};
