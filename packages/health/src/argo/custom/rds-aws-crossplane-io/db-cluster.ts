import { crossplaneManaged } from '../crossplane-managed.ts';
import type { Check } from '../verdict.ts';

/** Health of a DBCluster of rds.aws.crossplane.io. */
export const dbClusterHealth: Check = crossplaneManaged('DBCluster');
