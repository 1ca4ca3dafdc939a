import type { GroupChecks } from '../verdict.ts';
import { ansibleJobHealth } from './ansible-job.ts';

/** The health checks of tower.ansible.com. */
export const towerAnsibleComChecks: GroupChecks = {
  group: 'tower.ansible.com',
  kinds: {
    AnsibleJob: ansibleJobHealth,
  },
};
