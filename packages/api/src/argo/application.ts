import { z } from 'zod';
import type { CustomResource } from '../schema/custom-resource.ts';
import { dateTime, int64 } from '../schema/scalars.ts';
import { ApplicationSource, Info, SourceHydrator } from './application-source.ts';
import { InitiatedBy, Operation, RetryStrategy } from './operation.ts';

/** Where an Application goes: a cluster by its API address or by its name, and a namespace. */
export const Destination = z.looseObject({
  name: z.string().optional(),
  namespace: z.string().optional(),
  server: z.string().optional(),
});

/** Health as it stands in status. */
export const HealthView = z.looseObject({
  lastTransitionTime: dateTime().optional(),
  message: z.string().optional(),
  status: z.string().optional(),
});

/** Labels and annotations of the namespace that `CreateNamespace` makes. */
export const ManagedNamespaceMetadata = z.looseObject({
  annotations: z.record(z.string(), z.string()).optional(),
  labels: z.record(z.string(), z.string()).optional(),
});

/** Fields of some objects whose differences do not count. */
export const IgnoreDifference = z.looseObject({
  group: z.string().optional(),
  jqPathExpressions: z.array(z.string()).optional(),
  jsonPointers: z.array(z.string()).optional(),
  kind: z.string(),
  managedFieldsManagers: z.array(z.string()).optional(),
  name: z.string().optional(),
  namespace: z.string().optional(),
});

/** An Argo CD Application, as far as its CRD names it. */
export const Application = z.looseObject({
  operation: Operation.optional(),
  spec: z.looseObject({
    destination: Destination,
    ignoreDifferences: z.array(IgnoreDifference).optional(),
    info: z.array(Info).optional(),
    project: z.string(),
    revisionHistoryLimit: int64().optional(),
    source: ApplicationSource.optional(),
    sourceHydrator: SourceHydrator.optional(),
    sources: z.array(ApplicationSource).optional(),
    syncPolicy: z
      .looseObject({
        automated: z
          .looseObject({
            allowEmpty: z.boolean().optional(),
            enabled: z.boolean().optional(),
            prune: z.boolean().optional(),
            selfHeal: z.boolean().optional(),
          })
          .optional(),
        managedNamespaceMetadata: ManagedNamespaceMetadata.optional(),
        retry: RetryStrategy.optional(),
        syncOptions: z.array(z.string()).optional(),
      })
      .optional(),
  }),
  status: z
    .looseObject({
      conditions: z
        .array(z.looseObject({ lastTransitionTime: dateTime().optional(), message: z.string(), type: z.string() }))
        .optional(),
      controllerNamespace: z.string().optional(),
      health: HealthView.optional(),
      history: z
        .array(
          z.looseObject({
            deployStartedAt: dateTime().optional(),
            deployedAt: dateTime(),
            id: int64(),
            initiatedBy: InitiatedBy.optional(),
            revision: z.string().optional(),
            revisions: z.array(z.string()).optional(),
            source: ApplicationSource.optional(),
            sources: z.array(ApplicationSource).optional(),
          }),
        )
        .optional(),
      observedAt: dateTime().optional(),
      operationState: z
        .looseObject({
          finishedAt: dateTime().optional(),
          message: z.string().optional(),
          operation: Operation,
          phase: z.string(),
          retryCount: int64().optional(),
          startedAt: dateTime(),
          syncResult: z
            .looseObject({
              managedNamespaceMetadata: ManagedNamespaceMetadata.optional(),
              resources: z
                .array(
                  z.looseObject({
                    group: z.string(),
                    hookPhase: z.string().optional(),
                    hookType: z.string().optional(),
                    images: z.array(z.string()).optional(),
                    kind: z.string(),
                    message: z.string().optional(),
                    name: z.string(),
                    namespace: z.string(),
                    status: z.string().optional(),
                    syncPhase: z.string().optional(),
                    version: z.string(),
                  }),
                )
                .optional(),
              revision: z.string(),
              revisions: z.array(z.string()).optional(),
              source: ApplicationSource.optional(),
              sources: z.array(ApplicationSource).optional(),
            })
            .optional(),
        })
        .optional(),
      reconciledAt: dateTime().optional(),
      resourceHealthSource: z.string().optional(),
      resources: z
        .array(
          z.looseObject({
            group: z.string().optional(),
            health: HealthView.optional(),
            hook: z.boolean().optional(),
            kind: z.string().optional(),
            name: z.string().optional(),
            namespace: z.string().optional(),
            requiresDeletionConfirmation: z.boolean().optional(),
            requiresPruning: z.boolean().optional(),
            status: z.string().optional(),
            syncWave: int64().optional(),
            version: z.string().optional(),
          }),
        )
        .optional(),
      sourceHydrator: z
        .looseObject({
          currentOperation: z
            .looseObject({
              drySHA: z.string().optional(),
              finishedAt: dateTime().optional(),
              hydratedSHA: z.string().optional(),
              message: z.string(),
              phase: z.enum(['Hydrating', 'Failed', 'Hydrated']),
              sourceHydrator: SourceHydrator.optional(),
              startedAt: dateTime().optional(),
            })
            .optional(),
          lastComparedDryRevision: z.string().optional(),
          lastSuccessfulOperation: z
            .looseObject({
              drySHA: z.string().optional(),
              hydratedSHA: z.string().optional(),
              sourceHydrator: SourceHydrator.optional(),
            })
            .optional(),
        })
        .optional(),
      sourceType: z.string().optional(),
      sourceTypes: z.array(z.string()).optional(),
      summary: z
        .looseObject({
          externalURLs: z.array(z.string()).optional(),
          images: z.array(z.string()).optional(),
          isAppOfApps: z.boolean().optional(),
        })
        .optional(),
      sync: z
        .looseObject({
          comparedTo: z
            .looseObject({
              destination: Destination,
              ignoreDifferences: z.array(IgnoreDifference).optional(),
              source: ApplicationSource.optional(),
              sources: z.array(ApplicationSource).optional(),
            })
            .optional(),
          revision: z.string().optional(),
          revisions: z.array(z.string()).optional(),
          status: z.string(),
        })
        .optional(),
    })
    .optional(),
});

/** An Argo CD Application, as far as its CRD names it. */
export type Application = z.infer<typeof Application>;

/** How Applications are served: without a status subresource, as Argo CD's own CRD. */
export const applicationResource: CustomResource = {
  group: 'argoproj.io',
  version: 'v1alpha1',
  kind: 'Application',
  plural: 'applications',
  shortNames: ['app', 'apps'],
  categories: [],
  statusSubresource: false,
  emptySubresources: true,
  columns: [
    { name: 'Sync Status', type: 'string', jsonPath: '.status.sync.status' },
    { name: 'Health Status', type: 'string', jsonPath: '.status.health.status' },
    { name: 'Revision', type: 'string', jsonPath: '.status.sync.revision', priority: 10 },
    { name: 'Project', type: 'string', jsonPath: '.spec.project', priority: 10 },
  ],
  labels: { 'app.kubernetes.io/name': 'applications.argoproj.io', 'app.kubernetes.io/part-of': 'argocd' },
  schema: Application,
};
