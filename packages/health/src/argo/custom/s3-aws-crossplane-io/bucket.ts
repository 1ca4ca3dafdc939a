import { crossplaneManaged } from '../crossplane-managed.ts';
import type { Check } from '../verdict.ts';

/** Health of a Bucket of s3.aws.crossplane.io. */
export const bucketHealth: Check = crossplaneManaged('Bucket');
