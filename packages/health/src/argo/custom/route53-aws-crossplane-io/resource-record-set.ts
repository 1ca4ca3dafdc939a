import { crossplaneManaged } from '../crossplane-managed.ts';
import type { Check } from '../verdict.ts';

/** Health of a ResourceRecordSet of route53.aws.crossplane.io. */
// Upstream's spelling.
export const resourceRecordSetHealth: Check = crossplaneManaged('resourcrecordset');
