import type { GroupChecks } from '../verdict.ts';
import { imagePolicyHealth } from './image-policy.ts';
import { imageRepositoryHealth } from './image-repository.ts';
import { imageUpdateAutomationHealth } from './image-update-automation.ts';

/** The health checks of image.toolkit.fluxcd.io. */
export const imageToolkitFluxcdIoChecks: GroupChecks = {
  group: 'image.toolkit.fluxcd.io',
  kinds: {
    ImagePolicy: imagePolicyHealth,
    ImageRepository: imageRepositoryHealth,
    ImageUpdateAutomation: imageUpdateAutomationHealth,
  },
};
