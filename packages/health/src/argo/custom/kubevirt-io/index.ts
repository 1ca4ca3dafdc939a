import type { GroupChecks } from '../verdict.ts';
import { virtualMachineHealth } from './virtual-machine.ts';
import { virtualMachineInstanceHealth } from './virtual-machine-instance.ts';

/** The health checks of kubevirt.io. */
export const kubevirtIoChecks: GroupChecks = {
  group: 'kubevirt.io',
  kinds: {
    VirtualMachine: virtualMachineHealth,
    VirtualMachineInstance: virtualMachineInstanceHealth,
  },
};
