import { crossplaneManaged } from '../crossplane-managed.ts';
import type { Check } from '../verdict.ts';

/** Health of a Distribution of cloudfront.aws.crossplane.io. */
export const distributionHealth: Check = crossplaneManaged('distribution');
