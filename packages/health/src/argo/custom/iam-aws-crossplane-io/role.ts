import { crossplaneManaged } from '../crossplane-managed.ts';
import type { Check } from '../verdict.ts';

/** Health of a Role of iam.aws.crossplane.io. */
export const roleHealth: Check = crossplaneManaged('Role');
