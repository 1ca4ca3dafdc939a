export type { Cluster, ClusterDefinition, Clusters, OpenedCluster } from './runtime/cluster.ts';
export { queueKey, startController, type Controller, type QueueFactory } from './runtime/controller.ts';
export type { Engine } from './runtime/engine.ts';
export type { FollowedObjects, LeftObject } from './runtime/followed-objects.ts';
export { Interests } from './runtime/interests.ts';
export { silentJournal, type Actor, type Journal, type JournalEntry } from './runtime/journal.ts';
export { RuleBook, type KindRules } from './runtime/kind-rules.ts';
export { silentLog, type Log } from './runtime/log.ts';
export { FreshObjects } from './runtime/fresh-objects.ts';
export { HealBackoff, type HealTurn } from './runtime/heal-backoff.ts';
export type { Reconciler, Turn } from './runtime/reconciler.ts';
export type { RenderJob, RenderResult, Renderer } from './runtime/renderer.ts';
export { defaultFluxOptions, type FluxOptions } from './flux/options.ts';
export { startFlux, type FluxControllers } from './flux/start-flux.ts';
export { localRenderer } from './runtime/local-renderer.ts';
export { openCluster, type OpenClusterOptions } from './runtime/open-cluster.ts';
export { startArgo, type ArgoControllers, type ArgoOptions } from './argo/start-argo.ts';
export { argoIndexes } from './argo/tracking.ts';
export {
  renderRequestOf as kustomizationRequest,
  prepareObject as withKustomizationMarks,
} from './flux/kustomization/build.ts';
export { driftRules, type DriftRules } from './flux/kustomization/drift-rules.ts';
export { fluxTakeover } from './flux/kustomization/judge.ts';
export { referenceOf as gitRepositoryReference } from './flux/git-repository/reference.ts';
export { readSettings as readArgoSettings } from './argo/settings/read-settings.ts';
export type { ArgoSettings } from './argo/settings/argo-settings.ts';
export { sourceRequest as applicationRequest } from './argo/source/source-request.ts';
export { instanceName } from './argo/tracking.ts';
export { targetsOf as applicationTargets } from './argo/compare/targets.ts';
export { serverSideTakeover as argoTakeover } from './argo/compare/compare-object.ts';
export { LastRequests } from './runtime/last-requests.ts';
