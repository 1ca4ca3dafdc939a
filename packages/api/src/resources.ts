import { appProjectResource } from './argo/app-project.ts';
import { applicationResource } from './argo/application.ts';
import { gitRepositoryResource } from './flux/git-repository.ts';
import { kustomizationResource } from './flux/kustomization.ts';
import type { CustomResource } from './schema/custom-resource.ts';

/** Argo CD's resources that Capstan reconciles. */
export const argoResources: readonly CustomResource[] = [applicationResource, appProjectResource];

/** Flux's resources that Capstan reconciles. */
export const fluxResources: readonly CustomResource[] = [gitRepositoryResource, kustomizationResource];
