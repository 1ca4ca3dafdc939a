import { crossplaneManaged } from '../crossplane-managed.ts';
import type { Check } from '../verdict.ts';

/** Health of a DBInstance of rds.aws.crossplane.io. */
export const dbInstanceHealth: Check = crossplaneManaged('DBInstance');
