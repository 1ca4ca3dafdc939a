import { z } from 'zod';
import type { CustomResource } from '../schema/custom-resource.ts';
import { dateTime, duration, int64, LocalReference } from '../schema/scalars.ts';
import { Condition } from './condition.ts';
import { fluxAnnotations, fluxLabels, readyColumns } from './resource.ts';

/** Which objects a patch or an ignore rule is for. */
export const ObjectSelector = z.looseObject({
  annotationSelector: z.string().optional(),
  group: z.string().optional(),
  kind: z.string().optional(),
  labelSelector: z.string().optional(),
  name: z.string().optional(),
  namespace: z.string().optional(),
  version: z.string().optional(),
});

/** A Flux Kustomization. */
export const Kustomization = z.looseObject({
  spec: z
    .looseObject({
      buildMetadata: z.array(z.enum(['originAnnotations', 'transformerAnnotations'])).optional(),
      commonMetadata: z
        .looseObject({
          annotations: z.record(z.string(), z.string()).optional(),
          labels: z.record(z.string(), z.string()).optional(),
        })
        .optional(),
      components: z.array(z.string()).optional(),
      decryption: z
        .looseObject({
          provider: z.enum(['sops']),
          secretRef: LocalReference.optional(),
          serviceAccountName: z.string().optional(),
        })
        .optional(),
      deletionPolicy: z.enum(['MirrorPrune', 'Delete', 'WaitForTermination', 'Orphan']).optional(),
      dependsOn: z
        .array(z.looseObject({ name: z.string(), namespace: z.string().optional(), readyExpr: z.string().optional() }))
        .optional(),
      force: z.boolean().meta({ default: false }).optional(),
      healthCheckExprs: z
        .array(
          z.looseObject({
            apiVersion: z.string(),
            current: z.string(),
            failed: z.string().optional(),
            inProgress: z.string().optional(),
            kind: z.string().optional(),
          }),
        )
        .optional(),
      healthChecks: z
        .array(
          z.looseObject({
            apiVersion: z.string().optional(),
            kind: z.string(),
            name: z.string(),
            namespace: z.string().optional(),
          }),
        )
        .optional(),
      ignore: z.array(z.looseObject({ paths: z.array(z.string()), target: ObjectSelector.optional() })).optional(),
      ignoreMissingComponents: z.boolean().optional(),
      images: z
        .array(
          z.looseObject({
            digest: z.string().optional(),
            name: z.string(),
            newName: z.string().optional(),
            newTag: z.string().optional(),
          }),
        )
        .optional(),
      interval: duration(),
      kubeConfig: z
        .looseObject({
          configMapRef: LocalReference.optional(),
          secretRef: z.looseObject({ key: z.string().optional(), name: z.string() }).optional(),
        })
        .meta({
          'x-kubernetes-validations': [
            {
              message: 'exactly one of spec.kubeConfig.configMapRef or spec.kubeConfig.secretRef must be specified',
              rule: 'has(self.configMapRef) || has(self.secretRef)',
            },
            {
              message: 'exactly one of spec.kubeConfig.configMapRef or spec.kubeConfig.secretRef must be specified',
              rule: '!has(self.configMapRef) || !has(self.secretRef)',
            },
          ],
        })
        .optional(),
      namePrefix: z.string().min(1).max(200).optional(),
      nameSuffix: z.string().min(1).max(200).optional(),
      patches: z.array(z.looseObject({ patch: z.string(), target: ObjectSelector.optional() })).optional(),
      path: z.string().optional(),
      postBuild: z
        .looseObject({
          substitute: z.record(z.string(), z.string()).optional(),
          substituteFrom: z
            .array(
              z.looseObject({
                kind: z.enum(['Secret', 'ConfigMap']),
                name: z.string().min(1).max(253),
                optional: z.boolean().meta({ default: false }).optional(),
              }),
            )
            .optional(),
          substituteStrategy: z.enum(['WithVariables', 'Always']).optional(),
        })
        .optional(),
      prune: z.boolean(),
      retryInterval: duration().optional(),
      serviceAccountName: z.string().optional(),
      sourceRef: z.looseObject({
        apiVersion: z.string().optional(),
        kind: z.enum(['OCIRepository', 'GitRepository', 'Bucket', 'ExternalArtifact']),
        name: z.string(),
        namespace: z.string().optional(),
      }),
      suspend: z.boolean().optional(),
      targetNamespace: z.string().min(1).max(63).optional(),
      timeout: duration().optional(),
      wait: z.boolean().optional(),
    })
    .optional(),
  status: z
    .looseObject({
      conditions: z.array(Condition).optional(),
      history: z
        .array(
          z.looseObject({
            digest: z.string(),
            firstReconciled: dateTime(),
            lastReconciled: dateTime(),
            lastReconciledDuration: z.string(),
            lastReconciledStatus: z.string(),
            metadata: z.record(z.string(), z.string()).optional(),
            totalReconciliations: int64(),
          }),
        )
        .optional(),
      inventory: z.looseObject({ entries: z.array(z.looseObject({ id: z.string(), v: z.string() })) }).optional(),
      lastAppliedOriginRevision: z.string().optional(),
      lastAppliedRevision: z.string().optional(),
      lastAttemptedRevision: z.string().optional(),
      lastHandledReconcileAt: z.string().optional(),
      observedGeneration: int64().optional(),
    })
    .meta({ default: { observedGeneration: -1 } })
    .optional(),
});

/** A Flux Kustomization. */
export type Kustomization = z.infer<typeof Kustomization>;

/** How Kustomizations are served. */
export const kustomizationResource: CustomResource = {
  group: 'kustomize.toolkit.fluxcd.io',
  version: 'v1',
  kind: 'Kustomization',
  plural: 'kustomizations',
  shortNames: ['ks'],
  categories: ['all', 'fluxcd', 'fluxcd-appliers'],
  statusSubresource: true,
  columns: readyColumns,
  annotations: fluxAnnotations,
  labels: fluxLabels,
  schema: Kustomization,
};
