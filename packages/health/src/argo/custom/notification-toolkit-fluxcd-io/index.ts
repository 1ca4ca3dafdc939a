import type { GroupChecks } from '../verdict.ts';
import { receiverHealth } from './receiver.ts';

/** The health checks of notification.toolkit.fluxcd.io. */
export const notificationToolkitFluxcdIoChecks: GroupChecks = {
  group: 'notification.toolkit.fluxcd.io',
  kinds: {
    Receiver: receiverHealth,
  },
};
