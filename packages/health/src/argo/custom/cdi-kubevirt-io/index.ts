import type { GroupChecks } from '../verdict.ts';
import { dataVolumeHealth } from './data-volume.ts';

/** The health checks of cdi.kubevirt.io. */
export const cdiKubevirtIoChecks: GroupChecks = {
  group: 'cdi.kubevirt.io',
  kinds: {
    DataVolume: dataVolumeHealth,
  },
};
