import { crossplaneManaged } from '../crossplane-managed.ts';
import type { Check } from '../verdict.ts';

/** Health of a Policy of iam.aws.crossplane.io. */
export const policyHealth: Check = crossplaneManaged('Policy');
