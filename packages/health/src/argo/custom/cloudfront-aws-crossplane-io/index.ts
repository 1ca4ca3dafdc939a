import type { GroupChecks } from '../verdict.ts';
import { distributionHealth } from './distribution.ts';

/** The health checks of cloudfront.aws.crossplane.io. */
export const cloudfrontAwsCrossplaneIoChecks: GroupChecks = {
  group: 'cloudfront.aws.crossplane.io',
  kinds: {
    Distribution: distributionHealth,
  },
};
