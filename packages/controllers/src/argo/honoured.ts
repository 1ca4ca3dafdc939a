import { CapstanError } from '@capstan/errors';
import {
  formatRef,
  getPath,
  isJsonObject,
  refOf,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
} from '@capstan/object';
import { annotation, annotationValues } from './annotations.ts';
import { ARGO, COMPARE_OPTIONS, SYNC_OPTIONS } from './names.ts';

/**
 * How each field of Argo CD's resources is treated (DESIGN, keystone 9). `honoured`: it does what it does upstream, or
 * alters nothing that is applied, deleted or permitted. `blocked`: upstream honours it and we do not yet, so a resource
 * that uses it is stopped by name and nothing of it is written. A path stands for everything below it. A test derives
 * from the CRDs that every field is here.
 */
export const fields: Readonly<Record<'Application' | 'AppProject', Readonly<Record<string, 'honoured' | 'blocked'>>>> =
  {
    Application: {
      'operation.info': 'honoured',
      'operation.initiatedBy': 'honoured',
      'operation.retry.backoff': 'honoured',
      'operation.retry.limit': 'honoured',
      'operation.retry.refresh': 'honoured',
      'operation.sync.autoHealAttemptsCount': 'honoured',
      'operation.sync.dryRun': 'honoured',
      'operation.sync.manifests': 'honoured',
      'operation.sync.prune': 'honoured',
      'operation.sync.resources': 'honoured',
      'operation.sync.revision': 'honoured',
      'operation.sync.revisions': 'honoured',
      'operation.sync.source': 'honoured',
      // Each is judged as a `spec.source`.
      'operation.sync.sources': 'honoured',
      'operation.sync.syncOptions': 'honoured',
      'operation.sync.syncStrategy': 'honoured',
      'spec.destination': 'honoured',
      'spec.ignoreDifferences': 'honoured',
      'spec.info': 'honoured',
      'spec.project': 'honoured',
      'spec.revisionHistoryLimit': 'honoured',
      'spec.source.chart': 'blocked',
      'spec.source.directory.disableExtensionFilter': 'honoured',
      'spec.source.directory.exclude': 'honoured',
      'spec.source.directory.include': 'honoured',
      'spec.source.directory.jsonnet': 'honoured',
      'spec.source.directory.recurse': 'honoured',
      'spec.source.helm': 'blocked',
      // For charts that kustomize inflates, which the renderer refuses by name.
      'spec.source.kustomize.apiVersions': 'honoured',
      'spec.source.kustomize.kubeVersion': 'honoured',
      'spec.source.kustomize.commonAnnotations': 'honoured',
      'spec.source.kustomize.commonAnnotationsEnvsubst': 'honoured',
      'spec.source.kustomize.commonLabels': 'honoured',
      'spec.source.kustomize.components': 'honoured',
      'spec.source.kustomize.forceCommonAnnotations': 'honoured',
      'spec.source.kustomize.forceCommonLabels': 'honoured',
      'spec.source.kustomize.ignoreMissingComponents': 'honoured',
      'spec.source.kustomize.images': 'honoured',
      'spec.source.kustomize.labelIncludeTemplates': 'honoured',
      'spec.source.kustomize.labelWithoutSelector': 'honoured',
      'spec.source.kustomize.namePrefix': 'honoured',
      'spec.source.kustomize.nameSuffix': 'honoured',
      'spec.source.kustomize.namespace': 'honoured',
      'spec.source.kustomize.patches': 'honoured',
      'spec.source.kustomize.replicas': 'honoured',
      // One that the settings declare is built by our own engine.
      'spec.source.kustomize.version': 'honoured',
      'spec.source.name': 'honoured',
      'spec.source.path': 'honoured',
      'spec.source.plugin': 'blocked',
      // `$ref/…` stands in value files of charts, which are refused by name.
      'spec.source.ref': 'honoured',
      'spec.source.repoURL': 'honoured',
      'spec.source.tagPrefix': 'honoured',
      'spec.source.targetRevision': 'honoured',
      'spec.sourceHydrator': 'blocked',
      // Each is judged as a `spec.source`, and they take its place.
      'spec.sources': 'honoured',
      'spec.syncPolicy.automated': 'honoured',
      'spec.syncPolicy.managedNamespaceMetadata': 'honoured',
      'spec.syncPolicy.retry': 'honoured',
      'spec.syncPolicy.syncOptions': 'honoured',
    },
    AppProject: {
      'spec.clusterResourceBlacklist': 'honoured',
      'spec.clusterResourceWhitelist': 'honoured',
      'spec.description': 'honoured',
      // Read only where impersonation is switched on, which is off unless argocd-cm says so.
      'spec.destinationServiceAccounts': 'honoured',
      'spec.destinations': 'honoured',
      'spec.namespaceResourceBlacklist': 'honoured',
      'spec.namespaceResourceWhitelist': 'honoured',
      // A warning of its own; nothing that is applied depends on it.
      'spec.orphanedResources': 'honoured',
      'spec.permitOnlyProjectScopedClusters': 'honoured',
      // Rights of people at the API server.
      'spec.roles': 'honoured',
      'spec.signatureKeys': 'honoured',
      'spec.sourceIntegrity': 'honoured',
      'spec.sourceNamespaces': 'honoured',
      'spec.sourceRepos': 'honoured',
      'spec.syncWindows': 'honoured',
    },
  };

/** Sync options that upstream knows, and how each is treated. What upstream does not know it passes over, and so do we. */
export const syncOptionTable: Readonly<Record<string, 'honoured' | 'blocked'>> = {
  'ApplyOutOfSyncOnly=true': 'honoured',
  'ClientSideApplyMigration=false': 'honoured',
  'CreateNamespace=true': 'honoured',
  'Delete=confirm': 'honoured',
  'Delete=false': 'honoured',
  'FailOnSharedResource=true': 'honoured',
  'Force=true': 'honoured',
  'Prune=confirm': 'honoured',
  'Prune=false': 'honoured',
  'PruneLast=true': 'honoured',
  'PrunePropagationPolicy=background': 'honoured',
  'PrunePropagationPolicy=foreground': 'honoured',
  'PrunePropagationPolicy=orphan': 'honoured',
  'Replace=true': 'honoured',
  // It keeps what `ignoreDifferences` names, and that is blocked by itself.
  'RespectIgnoreDifferences=true': 'honoured',
  'ServerSideApply=false': 'honoured',
  'ServerSideApply=true': 'honoured',
  'SkipDryRunOnMissingResource=true': 'honoured',
  'Validate=false': 'honoured',
};

/** Compare options that upstream knows, and how each is treated. */
export const compareOptionTable: Readonly<Record<string, 'honoured' | 'blocked'>> = {
  IgnoreExtraneous: 'honoured',
  'IncludeMutationWebhook=true': 'honoured',
  'ServerSideDiff=false': 'honoured',
  'ServerSideDiff=true': 'honoured',
};

/** Argo CD's annotations, and how each is treated; those of sync and compare options by their values above. */
export const annotationTable: Readonly<Record<string, 'honoured' | 'blocked'>> = {
  'application-set-refresh': 'honoured',
  'client-side-apply-migration-manager': 'honoured',
  'compare-options': 'honoured',
  'deletion-approved': 'honoured',
  hook: 'honoured',
  'hook-delete-policy': 'honoured',
  // Of the source hydrator, which is blocked by itself.
  hydrate: 'honoured',
  'hydrate-timestamp': 'honoured',
  'ignore-default-links': 'honoured',
  'ignore-healthcheck': 'honoured',
  'ignore-resource-updates': 'honoured',
  'ignore-restart-policy': 'honoured',
  'installation-id': 'honoured',
  'managed-by-url': 'honoured',
  'manifest-generate-paths': 'honoured',
  refresh: 'honoured',
  'refresh-timestamp': 'honoured',
  'skip-reconcile': 'honoured',
  'sync-options': 'honoured',
  'sync-wave': 'honoured',
  'tracking-id': 'honoured',
};

/** Throws NOT_HONOURED with the first field or annotation of an Application that is used and not honoured. */
export function refuseUnhonoured(application: KubernetesObject): void {
  refuseFields('Application', withoutSource(application), 'spec.');
  refuseSources(application, sourcesAt(application, 'spec'));
  refuseAnnotations(application);
  refuseSyncOptions(application, getPath(application, 'spec', 'syncPolicy', 'syncOptions'));
}

/** Throws NOT_HONOURED with the first field of an operation that is used and not honoured. */
export function refuseUnhonouredOperation(application: KubernetesObject): void {
  refuseFields('Application', application, 'operation.');
  refuseSyncOptions(application, getPath(application, 'operation', 'sync', 'syncOptions'));
  refuseSources(application, sourcesAt(application, 'operation', 'sync'));
}

/** Throws NOT_HONOURED where a source, with what its folder says about it, uses something that is not honoured. */
export function refuseUnhonouredSource(application: KubernetesObject, source: JsonObject): void {
  refuseSources(application, [source]);
}

/** The sources at a place: those of a list, which take the place of the single one. */
function sourcesAt(application: KubernetesObject, ...path: readonly string[]): readonly JsonValue[] {
  const list = getPath(application, ...path, 'sources');
  if (Array.isArray(list) && list.length > 0) return list as readonly JsonValue[];
  const source = getPath(application, ...path, 'source');
  return source === undefined ? [] : [source];
}

function withoutSource(application: KubernetesObject): KubernetesObject {
  const { spec } = application;
  if (!isJsonObject(spec)) return application;
  const { source: _source, ...rest } = spec;
  return { ...application, spec: rest };
}

function refuseSources(application: KubernetesObject, sources: readonly JsonValue[]): void {
  for (const source of sources) refuseFields('Application', { ...application, spec: { source } }, 'spec.source.');
}

/** Throws NOT_HONOURED with the first field of a project that is used and not honoured. */
export function refuseUnhonouredProject(project: KubernetesObject): void {
  refuseFields('AppProject', project, 'spec.');
}

/** Throws NOT_HONOURED where a rendered object asks for something that is not honoured. */
export function refuseUnhonouredObject(object: KubernetesObject): void {
  const what = (value: string): CapstanError =>
    new CapstanError(
      'NOT_HONOURED',
      `${formatRef(refOf(object))} bears ${value}, which Capstan does not honour yet; nothing is changed until it is removed`,
      { data: { field: value } },
    );
  for (const option of annotationValues(object, SYNC_OPTIONS))
    if (syncOptionTable[option] === 'blocked') throw what(`${SYNC_OPTIONS}: ${option}`);
  for (const option of annotationValues(object, COMPARE_OPTIONS))
    if (compareOptionTable[option] === 'blocked') throw what(`${COMPARE_OPTIONS}: ${option}`);
}

function refuseFields(kind: keyof typeof fields, object: KubernetesObject, prefix: string): void {
  for (const [path, treatment] of Object.entries(fields[kind])) {
    if (treatment === 'honoured' || !path.startsWith(prefix)) continue;
    const value = getPath(object, ...path.split('.'));
    if (value !== undefined && !saysNothing(value)) throw notHonoured(object, path);
  }
}

function refuseAnnotations(application: KubernetesObject): void {
  for (const [name, treatment] of Object.entries(annotationTable))
    if (treatment === 'blocked' && annotation(application, `${ARGO}/${name}`) !== undefined)
      throw notHonoured(application, `the annotation ${ARGO}/${name}`);
  for (const option of annotationValues(application, COMPARE_OPTIONS))
    if (compareOptionTable[option] === 'blocked')
      throw notHonoured(application, `the annotation ${COMPARE_OPTIONS}: ${option}`);
}

function refuseSyncOptions(application: KubernetesObject, options: JsonValue | undefined): void {
  if (!Array.isArray(options)) return;
  for (const option of options as readonly JsonValue[])
    if (typeof option === 'string' && syncOptionTable[option.trim()] === 'blocked')
      throw notHonoured(application, `the sync option ${option.trim()}`);
}

function notHonoured(object: KubernetesObject, field: string): CapstanError {
  return new CapstanError(
    'NOT_HONOURED',
    `${formatRef(refOf(object))} uses ${field}, which Capstan does not honour yet; nothing is changed until it is removed`,
    { data: { field } },
  );
}

/** Values that mean the same as leaving the field out. */
function saysNothing(value: JsonValue): boolean {
  if (value === false || value === '' || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.values(value).every(saysNothing);
}
