import type { GroupChecks } from '../verdict.ts';
import { bindingHealth } from './binding.ts';
import { exchangeHealth } from './exchange.ts';
import { permissionHealth } from './permission.ts';
import { policyHealth } from './policy.ts';
import { queueHealth } from './queue.ts';
import { rabbitmqClusterHealth } from './rabbitmq-cluster.ts';
import { shovelHealth } from './shovel.ts';
import { userHealth } from './user.ts';
import { vhostHealth } from './vhost.ts';

/** The health checks of rabbitmq.com. */
export const rabbitmqComChecks: GroupChecks = {
  group: 'rabbitmq.com',
  kinds: {
    Binding: bindingHealth,
    Exchange: exchangeHealth,
    Permission: permissionHealth,
    Policy: policyHealth,
    Queue: queueHealth,
    RabbitmqCluster: rabbitmqClusterHealth,
    Shovel: shovelHealth,
    User: userHealth,
    Vhost: vhostHealth,
  },
};
