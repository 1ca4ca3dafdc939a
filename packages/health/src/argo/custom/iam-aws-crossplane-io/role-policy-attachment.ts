import { crossplaneManaged } from '../crossplane-managed.ts';
import type { Check } from '../verdict.ts';

/** Health of a RolePolicyAttachment of iam.aws.crossplane.io. */
export const rolePolicyAttachmentHealth: Check = crossplaneManaged('RolePolicyAttachment');
