import type { GroupChecks } from '../verdict.ts';
import { bucketHealth } from './bucket.ts';

/** The health checks of s3.aws.crossplane.io. */
export const s3AwsCrossplaneIoChecks: GroupChecks = {
  group: 's3.aws.crossplane.io',
  kinds: {
    Bucket: bucketHealth,
  },
};
