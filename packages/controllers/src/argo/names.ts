// What Argo CD calls things. Source: argoproj/argo-cd common/common.go and gitops-engine pkg/sync/common.

/** The prefix of Argo CD's annotations and labels. */
export const ARGO = 'argocd.argoproj.io';

/** Field manager of an Application's status, as Argo CD's controller names itself. */
export const STATUS_MANAGER = 'argocd-application-controller';
/** Field manager of applied objects. */
export const APPLY_MANAGER = 'argocd-controller';
/** Field manager of objects that are replaced as a whole: `kubectl replace` inside Argo CD goes by its program's name. */
export const REPLACE_MANAGER = 'argocd';
/** The component that events come from. */
export const EVENT_COMPONENT = 'argocd-application-controller';

/** Where Argo CD's own resources live unless told otherwise. */
export const CONTROL_NAMESPACE = 'argocd';
/** The address of the cluster that Capstan itself serves. */
export const LOCAL_SERVER = 'https://kubernetes.default.svc';
/** The name of the cluster that Capstan itself serves. */
export const LOCAL_NAME = 'in-cluster';
/** The project of an Application that names none. */
export const DEFAULT_PROJECT = 'default';

/** Which Application an object belongs to. */
export const TRACKING_ID = `${ARGO}/tracking-id`;
/** Which installation an object belongs to, where several share a cluster. */
export const INSTALLATION_ID = `${ARGO}/installation-id`;
/** Asks for a refresh: `normal` or `hard`; removed when it has been done. */
export const REFRESH = `${ARGO}/refresh`;
/** An object's own sync options, comma-separated. */
export const SYNC_OPTIONS = `${ARGO}/sync-options`;
/** An object's own compare options, comma-separated. */
export const COMPARE_OPTIONS = `${ARGO}/compare-options`;
/** The wave of an object; lower waves come first. */
export const SYNC_WAVE = `${ARGO}/sync-wave`;
/** Makes an object a hook of these phases, comma-separated. */
export const HOOK = `${ARGO}/hook`;
/** When a hook's object is deleted. */
export const HOOK_DELETE_POLICY = `${ARGO}/hook-delete-policy`;
/** Leaves an object's health out of its Application's. */
export const IGNORE_HEALTHCHECK = `${ARGO}/ignore-healthcheck`;
/** Approves prunes and deletions that need it, at a time (RFC 3339). */
export const DELETION_APPROVED = `${ARGO}/deletion-approved`;
/** Stops the reconciling of an Application. */
export const SKIP_RECONCILE = `${ARGO}/skip-reconcile`;

/** Whose client-side fields an Application's server-side applies take over. */
export const MIGRATION_MANAGER = `${ARGO}/client-side-apply-migration-manager`;
/** The manager whose fields they take over otherwise. */
export const DEFAULT_MIGRATION_MANAGER = 'kubectl-client-side-apply';

/** Keeps a hook from vanishing before its phase has ended. */
export const HOOK_FINALIZER = `${ARGO}/hook-finalizer`;
/** Deletes an Application's objects with it, dependents first. */
export const RESOURCES_FINALIZER = 'resources-finalizer.argocd.argoproj.io';
/** The same, by the name that says so. */
export const FOREGROUND_FINALIZER = `${RESOURCES_FINALIZER}/foreground`;
/** Deletes an Application's objects with it, dependents later. */
export const BACKGROUND_FINALIZER = `${RESOURCES_FINALIZER}/background`;

/** Runs hooks before an Application's objects are deleted. */
export const PRE_DELETE_FINALIZER = 'pre-delete-finalizer.argocd.argoproj.io';
/** Runs hooks after an Application's objects have been deleted. */
export const POST_DELETE_FINALIZER = 'post-delete-finalizer.argocd.argoproj.io';
/** What a stage of deletion adds to the finalizer of its hooks: that they are taken away in the end. */
export const CLEANUP = '/cleanup';

/** Condition types. */
export const condition = {
  comparisonError: 'ComparisonError',
  invalidSpecError: 'InvalidSpecError',
  unknownError: 'UnknownError',
  syncError: 'SyncError',
  deletionError: 'DeletionError',
  sharedResource: 'SharedResourceWarning',
  repeatedResource: 'RepeatedResourceWarning',
  excludedResource: 'ExcludedResourceWarning',
  orphanedResource: 'OrphanedResourceWarning',
} as const;

/** Event reasons. */
export const eventReason = {
  operationStarted: 'OperationStarted',
  operationCompleted: 'OperationCompleted',
  resourceUpdated: 'ResourceUpdated',
  statusRefreshed: 'StatusRefreshed',
  /** Our own: an Application is let go while its cluster is declared no longer, and what it made there stays. */
  resourcesAbandoned: 'ResourcesAbandoned',
  /** Our own: somebody changes an object back each time it is healed. */
  driftContested: 'DriftContested',
} as const;
