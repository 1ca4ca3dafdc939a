import type { GroupChecks } from '../verdict.ts';
import { bucketHealth } from './bucket.ts';
import { gitRepositoryHealth } from './git-repository.ts';
import { helmChartHealth } from './helm-chart.ts';
import { helmRepositoryHealth } from './helm-repository.ts';
import { ociRepositoryHealth } from './oci-repository.ts';

/** The health checks of source.toolkit.fluxcd.io. */
export const sourceToolkitFluxcdIoChecks: GroupChecks = {
  group: 'source.toolkit.fluxcd.io',
  kinds: {
    Bucket: bucketHealth,
    GitRepository: gitRepositoryHealth,
    HelmChart: helmChartHealth,
    HelmRepository: helmRepositoryHealth,
    OCIRepository: ociRepositoryHealth,
  },
};
