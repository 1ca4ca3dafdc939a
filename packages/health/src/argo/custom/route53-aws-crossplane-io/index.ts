import type { GroupChecks } from '../verdict.ts';
import { resourceRecordSetHealth } from './resource-record-set.ts';

/** The health checks of route53.aws.crossplane.io. */
export const route53AwsCrossplaneIoChecks: GroupChecks = {
  group: 'route53.aws.crossplane.io',
  kinds: {
    ResourceRecordSet: resourceRecordSetHealth,
  },
};
