import { z } from 'zod';
import type { CustomResource } from '../schema/custom-resource.ts';
import { duration, int64, LocalReference, shortDuration } from '../schema/scalars.ts';
import { ArtifactView } from './artifact.ts';
import { Condition } from './condition.ts';
import { fluxAnnotations, fluxLabels, readyColumns } from './resource.ts';

/** Another GitRepository whose content is copied in. */
export const Include = z.looseObject({
  fromPath: z.string().optional(),
  repository: LocalReference,
  toPath: z.string().optional(),
});

/** A Flux GitRepository. */
export const GitRepository = z.looseObject({
  spec: z
    .looseObject({
      ignore: z.string().optional(),
      include: z.array(Include).optional(),
      interval: duration(),
      provider: z.enum(['generic', 'aws', 'azure', 'github']).optional(),
      proxySecretRef: LocalReference.optional(),
      recurseSubmodules: z.boolean().optional(),
      ref: z
        .looseObject({
          branch: z.string().optional(),
          commit: z.string().optional(),
          name: z.string().optional(),
          semver: z.string().optional(),
          tag: z.string().optional(),
        })
        .optional(),
      secretRef: LocalReference.optional(),
      serviceAccountName: z.string().optional(),
      sparseCheckout: z.array(z.string()).optional(),
      suspend: z.boolean().optional(),
      timeout: shortDuration().meta({ default: '60s' }).optional(),
      url: z.string().regex(/^(http|https|ssh):\/\/.*$/),
      verify: z
        .looseObject({
          mode: z.enum(['head', 'HEAD', 'Tag', 'TagAndHEAD']).meta({ default: 'HEAD' }).optional(),
          secretRef: LocalReference,
        })
        .optional(),
    })
    .meta({
      'x-kubernetes-validations': [
        {
          message: "serviceAccountName can only be set when provider is 'azure' or 'aws'",
          rule: "!has(self.serviceAccountName) || (has(self.provider) && (self.provider == 'azure' || self.provider == 'aws'))",
        },
      ],
    })
    .optional(),
  status: z
    .looseObject({
      artifact: ArtifactView.optional(),
      conditions: z.array(Condition).optional(),
      includedArtifacts: z.array(ArtifactView).optional(),
      lastHandledReconcileAt: z.string().optional(),
      observedGeneration: int64().optional(),
      observedIgnore: z.string().optional(),
      observedInclude: z.array(Include).optional(),
      observedRecurseSubmodules: z.boolean().optional(),
      observedSparseCheckout: z.array(z.string()).optional(),
      sourceVerificationMode: z.string().optional(),
    })
    .meta({ default: { observedGeneration: -1 } })
    .optional(),
});

/** A Flux GitRepository. */
export type GitRepository = z.infer<typeof GitRepository>;

/** How GitRepositories are served. */
export const gitRepositoryResource: CustomResource = {
  group: 'source.toolkit.fluxcd.io',
  version: 'v1',
  kind: 'GitRepository',
  plural: 'gitrepositories',
  shortNames: ['gitrepo'],
  categories: ['all', 'fluxcd', 'fluxcd-sources'],
  statusSubresource: true,
  columns: [{ name: 'URL', type: 'string', jsonPath: '.spec.url' }, ...readyColumns],
  annotations: fluxAnnotations,
  labels: fluxLabels,
  schema: GitRepository,
};
