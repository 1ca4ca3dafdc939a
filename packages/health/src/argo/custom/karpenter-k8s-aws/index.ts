import type { GroupChecks } from '../verdict.ts';
import { ec2NodeClassHealth } from './ec2-node-class.ts';

/** The health checks of karpenter.k8s.aws. */
export const karpenterK8sAwsChecks: GroupChecks = {
  group: 'karpenter.k8s.aws',
  kinds: {
    EC2NodeClass: ec2NodeClassHealth,
  },
};
