// What Flux calls things. Source: fluxcd/pkg/apis/meta, and the APIs of its controllers.

/** On every resource that owns something outside of itself. */
export const FLUX_FINALIZER = 'finalizers.fluxcd.io';
/** A new value asks for a reconcile now; it comes back as `status.lastHandledReconcileAt`. */
export const REQUESTED_AT = 'reconcile.fluxcd.io/requestedAt';

/** The group of Kustomizations, which is also the prefix of the marks on what they apply. */
export const KUSTOMIZE_GROUP = 'kustomize.toolkit.fluxcd.io';
/** The group of sources. */
export const SOURCE_GROUP = 'source.toolkit.fluxcd.io';

/** The prefix of annotations that a resource's events bear, too. */
export const EVENT_GROUP = 'event.toolkit.fluxcd.io';

/** Field manager of applied objects. */
export const KUSTOMIZE_CONTROLLER = 'kustomize-controller';
/** Field manager of a Kustomization's status and finalizer. */
export const KUSTOMIZE_STATUS_MANAGER = 'gotk-kustomize-controller';
/** Field manager of sources. */
export const SOURCE_CONTROLLER = 'source-controller';

/** Condition types. */
export const condition = {
  ready: 'Ready',
  reconciling: 'Reconciling',
  stalled: 'Stalled',
  healthy: 'Healthy',
  artifactInStorage: 'ArtifactInStorage',
  artifactOutdated: 'ArtifactOutdated',
  fetchFailed: 'FetchFailed',
  storageOperationFailed: 'StorageOperationFailed',
  includeUnavailable: 'IncludeUnavailable',
  sourceVerified: 'SourceVerified',
  /** Objects that an Application claims as well. */
  sharedResource: 'SharedResource',
} as const;

/** Condition reasons. */
export const reason = {
  progressing: 'Progressing',
  progressingWithRetry: 'ProgressingWithRetry',
  succeeded: 'Succeeded',
  accessDenied: 'AccessDenied',
  artifactFailed: 'ArtifactFailed',
  buildFailed: 'BuildFailed',
  reconciliationFailed: 'ReconciliationFailed',
  reconciliationSucceeded: 'ReconciliationSucceeded',
  pruneFailed: 'PruneFailed',
  healthCheckFailed: 'HealthCheckFailed',
  healthCheckCanceled: 'HealthCheckCanceled',
  dependencyNotReady: 'DependencyNotReady',
  invalidExpression: 'InvalidCELExpression',
  featureGateDisabled: 'FeatureGateDisabled',
  gitOperationFailed: 'GitOperationFailed',
  emptyGitRepository: 'EmptyGitRepository',
  authenticationFailed: 'AuthenticationFailed',
  urlInvalid: 'URLInvalid',
  archiveOperationFailed: 'ArchiveOperationFailed',
  copyFailure: 'CopyFailure',
  notFound: 'NotFound',
  noArtifact: 'NoArtifact',
  invalidProviderConfiguration: 'InvalidProviderConfiguration',
  verificationError: 'VerificationError',
  invalidVerificationMode: 'InvalidVerificationMode',
  invalidGitObject: 'InvalidGitObject',
  invalidTagSignature: 'InvalidTagSignature',
  invalidCommitSignature: 'InvalidCommitSignature',
  newArtifact: 'NewArtifact',
  garbageCollectionSucceeded: 'GarbageCollectionSucceeded',
  notHonoured: 'NotHonoured',
  driftContested: 'DriftContested',
  sharedResource: 'SharedResource',
} as const;
