import { z } from 'zod';
import { anyObject, intOrString } from '../schema/scalars.ts';

/** A name and a value, shown or handed on as they are. */
export const Info = z.looseObject({ name: z.string(), value: z.string() });

/** A Jsonnet variable: text, or code with `code`. */
export const JsonnetVariable = z.looseObject({ code: z.boolean().optional(), name: z.string(), value: z.string() });

/** A config management plugin. */
export const PluginSource = z.looseObject({
  env: z.array(Info).optional(),
  name: z.string().optional(),
  parameters: z
    .array(
      z.looseObject({
        array: z.array(z.string()).optional(),
        map: z.record(z.string(), z.string()).optional(),
        name: z.string().optional(),
        string: z.string().optional(),
      }),
    )
    .optional(),
});

/** How a plain folder is read. */
export const DirectorySource = z.looseObject({
  disableExtensionFilter: z.boolean().optional(),
  exclude: z.string().optional(),
  include: z.string().optional(),
  jsonnet: z
    .looseObject({
      extVars: z.array(JsonnetVariable).optional(),
      libs: z.array(z.string()).optional(),
      tlas: z.array(JsonnetVariable).optional(),
    })
    .optional(),
  recurse: z.boolean().optional(),
});

/** How a chart is rendered. */
export const HelmSource = z.looseObject({
  apiVersions: z.array(z.string()).optional(),
  fileParameters: z.array(z.looseObject({ name: z.string().optional(), path: z.string().optional() })).optional(),
  ignoreMissingValueFiles: z.boolean().optional(),
  kubeVersion: z.string().optional(),
  namespace: z.string().optional(),
  parameters: z
    .array(
      z.looseObject({ forceString: z.boolean().optional(), name: z.string().optional(), value: z.string().optional() }),
    )
    .optional(),
  passCredentials: z.boolean().optional(),
  releaseName: z.string().optional(),
  skipCrds: z.boolean().optional(),
  skipSchemaValidation: z.boolean().optional(),
  skipTests: z.boolean().optional(),
  valueFiles: z.array(z.string()).optional(),
  values: z.string().optional(),
  valuesObject: anyObject().optional(),
  version: z.string().optional(),
});

/** What is laid over a kustomization. */
export const KustomizeSource = z.looseObject({
  apiVersions: z.array(z.string()).optional(),
  commonAnnotations: z.record(z.string(), z.string()).optional(),
  commonAnnotationsEnvsubst: z.boolean().optional(),
  commonLabels: z.record(z.string(), z.string()).optional(),
  components: z.array(z.string()).optional(),
  forceCommonAnnotations: z.boolean().optional(),
  forceCommonLabels: z.boolean().optional(),
  ignoreMissingComponents: z.boolean().optional(),
  images: z.array(z.string()).optional(),
  kubeVersion: z.string().optional(),
  labelIncludeTemplates: z.boolean().optional(),
  labelWithoutSelector: z.boolean().optional(),
  namePrefix: z.string().optional(),
  nameSuffix: z.string().optional(),
  namespace: z.string().optional(),
  patches: z
    .array(
      z.looseObject({
        options: z.record(z.string(), z.boolean()).optional(),
        patch: z.string().optional(),
        path: z.string().optional(),
        target: z
          .looseObject({
            annotationSelector: z.string().optional(),
            group: z.string().optional(),
            kind: z.string().optional(),
            labelSelector: z.string().optional(),
            name: z.string().optional(),
            namespace: z.string().optional(),
            version: z.string().optional(),
          })
          .optional(),
      }),
    )
    .optional(),
  replicas: z.array(z.looseObject({ count: intOrString(), name: z.string() })).optional(),
  version: z.string().optional(),
});

/** Where manifests come from, and with which tool they are rendered. */
export const ApplicationSource = z.looseObject({
  chart: z.string().optional(),
  directory: DirectorySource.optional(),
  helm: HelmSource.optional(),
  kustomize: KustomizeSource.optional(),
  name: z.string().optional(),
  path: z.string().optional(),
  plugin: PluginSource.optional(),
  ref: z.string().optional(),
  repoURL: z.string(),
  tagPrefix: z.string().optional(),
  targetRevision: z.string().optional(),
});

/** A dry source that is rendered and committed to a branch. */
export const SourceHydrator = z.looseObject({
  drySource: z.looseObject({
    directory: DirectorySource.optional(),
    helm: HelmSource.optional(),
    kustomize: KustomizeSource.optional(),
    path: z.string(),
    plugin: PluginSource.optional(),
    repoURL: z.string(),
    targetRevision: z.string(),
  }),
  hydrateTo: z.looseObject({ targetBranch: z.string() }).optional(),
  syncSource: z.looseObject({
    path: z
      .string()
      .regex(/^.{2,}|[^.\/]$/)
      .min(1),
    repoURL: z.string().optional(),
    targetBranch: z.string(),
  }),
});

/** Where manifests come from, and with which tool they are rendered. */
export type ApplicationSource = z.infer<typeof ApplicationSource>;
