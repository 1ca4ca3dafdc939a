import type { GroupChecks } from '../verdict.ts';
import { objectBucketClaimHealth } from './object-bucket-claim.ts';

/** The health checks of objectbucket.io. */
export const objectbucketIoChecks: GroupChecks = {
  group: 'objectbucket.io',
  kinds: {
    ObjectBucketClaim: objectBucketClaimHealth,
  },
};
