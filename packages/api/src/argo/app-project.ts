import { z } from 'zod';
import type { CustomResource } from '../schema/custom-resource.ts';
import { int64 } from '../schema/scalars.ts';

/** A group and kind that a project allows or denies; `*` stands for all. */
export const GroupKindRule = z.looseObject({ group: z.string(), kind: z.string() });

/** A cluster-scoped group and kind, and perhaps a name, that a project allows or denies. */
export const ClusterResourceRule = z.looseObject({
  group: z.string(),
  kind: z.string(),
  name: z.string().optional(),
});

/** A token that was issued for a role of a project. */
export const JwtToken = z.looseObject({ exp: int64().optional(), iat: int64(), id: z.string().optional() });

/** An Argo CD AppProject: what its Applications may read, where they may write, and what. */
export const AppProject = z.looseObject({
  spec: z.looseObject({
    clusterResourceBlacklist: z.array(ClusterResourceRule).optional(),
    clusterResourceWhitelist: z.array(ClusterResourceRule).optional(),
    description: z.string().max(255).optional(),
    destinationServiceAccounts: z
      .array(z.looseObject({ defaultServiceAccount: z.string(), namespace: z.string().optional(), server: z.string() }))
      .optional(),
    destinations: z
      .array(
        z.looseObject({ name: z.string().optional(), namespace: z.string().optional(), server: z.string().optional() }),
      )
      .optional(),
    namespaceResourceBlacklist: z.array(GroupKindRule).optional(),
    namespaceResourceWhitelist: z.array(GroupKindRule).optional(),
    orphanedResources: z
      .looseObject({
        ignore: z
          .array(
            z.looseObject({ group: z.string().optional(), kind: z.string().optional(), name: z.string().optional() }),
          )
          .optional(),
        warn: z.boolean().optional(),
      })
      .optional(),
    permitOnlyProjectScopedClusters: z.boolean().optional(),
    roles: z
      .array(
        z.looseObject({
          description: z.string().optional(),
          groups: z.array(z.string()).optional(),
          jwtTokens: z.array(JwtToken).optional(),
          name: z.string(),
          policies: z.array(z.string()).optional(),
        }),
      )
      .optional(),
    signatureKeys: z.array(z.looseObject({ keyID: z.string() })).optional(),
    sourceIntegrity: z
      .looseObject({
        git: z.looseObject({
          policies: z.array(
            z.looseObject({
              gpg: z.looseObject({ keys: z.array(z.string()), mode: z.string() }),
              repos: z.array(z.looseObject({ url: z.string() })),
            }),
          ),
        }),
      })
      .optional(),
    sourceNamespaces: z.array(z.string()).optional(),
    sourceRepos: z.array(z.string()).optional(),
    syncWindows: z
      .array(
        z.looseObject({
          andOperator: z.boolean().optional(),
          applications: z.array(z.string()).optional(),
          clusters: z.array(z.string()).optional(),
          description: z.string().optional(),
          duration: z.string().optional(),
          kind: z.string().optional(),
          manualSync: z.boolean().optional(),
          namespaces: z.array(z.string()).optional(),
          schedule: z.string().optional(),
          syncOverrun: z.boolean().optional(),
          timeZone: z.string().optional(),
        }),
      )
      .optional(),
  }),
  status: z
    .looseObject({
      jwtTokensByRole: z.record(z.string(), z.looseObject({ items: z.array(JwtToken).optional() })).optional(),
    })
    .optional(),
});

/** An Argo CD AppProject: what its Applications may read, where they may write, and what. */
export type AppProject = z.infer<typeof AppProject>;

/** How AppProjects are served. */
export const appProjectResource: CustomResource = {
  group: 'argoproj.io',
  version: 'v1alpha1',
  kind: 'AppProject',
  plural: 'appprojects',
  shortNames: ['appproj', 'appprojs'],
  categories: [],
  statusSubresource: false,
  columns: [],
  labels: { 'app.kubernetes.io/name': 'appprojects.argoproj.io', 'app.kubernetes.io/part-of': 'argocd' },
  schema: AppProject,
};
