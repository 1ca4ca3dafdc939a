import type { Scenario } from './scenario.ts';
import { apiFaultScenarios } from './scenarios/api-faults.ts';
import { argoAdoptionScenarios } from './scenarios/argo-adoption.ts';
import { argoDifferenceScenarios } from './scenarios/argo-differences.ts';
import { argoHealthScenarios } from './scenarios/argo-health.ts';
import { argoHookScenarios } from './scenarios/argo-hooks.ts';
import { argoLimitScenarios } from './scenarios/argo-limits.ts';
import { argoOperationScenarios } from './scenarios/argo-operations.ts';
import { argoResultScenarios } from './scenarios/argo-results.ts';
import { argoScopeScenarios } from './scenarios/argo-scopes.ts';
import { argoSourceScenarios } from './scenarios/argo-sources.ts';
import { argoSyncOptionScenarios } from './scenarios/argo-sync-options.ts';
import { argoWebhookScenarios } from './scenarios/argo-webhooks.ts';
import { brokenContentScenarios } from './scenarios/broken-content.ts';
import { brokenSourceScenarios } from './scenarios/broken-sources.ts';
import { clusterScenarios } from './scenarios/clusters.ts';
import { commitScenarios } from './scenarios/commits.ts';
import { driftScenarios } from './scenarios/drift.ts';
import { fluxAdoptionScenarios } from './scenarios/flux-adoption.ts';
import { fluxApplyScenarios } from './scenarios/flux-apply.ts';
import { fluxAttackScenarios } from './scenarios/flux-attacks.ts';
import { fluxBuildScenarios } from './scenarios/flux-build.ts';
import { fluxCliScenarios } from './scenarios/flux-cli.ts';
import { fluxClusterScenarios } from './scenarios/flux-clusters.ts';
import { fluxDecryptionScenarios } from './scenarios/flux-decryption.ts';
import { fluxContentScenarios } from './scenarios/flux-contents.ts';
import { fluxFlagScenarios } from './scenarios/flux-flags.ts';
import { fluxHeavyContentScenarios } from './scenarios/flux-heavy-content.ts';
import { fluxIdentityScenarios } from './scenarios/flux-identities.ts';
import { fluxIgnoreScenarios } from './scenarios/flux-ignore.ts';
import { fluxLifeScenarios } from './scenarios/flux-life.ts';
import { fluxMarkScenarios } from './scenarios/flux-marks.ts';
import { fluxObjectAttackScenarios } from './scenarios/flux-object-attacks.ts';
import { fluxOverlayScenarios } from './scenarios/flux-overlays.ts';
import { fluxSharedContentAttackScenarios } from './scenarios/flux-shared-content-attacks.ts';
import { fluxSignatureScenarios } from './scenarios/flux-signatures.ts';
import { fluxSourceAttackScenarios } from './scenarios/flux-source-attacks.ts';
import { fluxSourceWayScenarios } from './scenarios/flux-source-ways.ts';
import { fluxSourceScenarios } from './scenarios/flux-sources.ts';
import { fluxStateScenarios } from './scenarios/flux-states.ts';
import { fluxTenancyScenarios } from './scenarios/flux-tenancy.ts';
import { fluxWhyScenarios } from './scenarios/flux-why.ts';
import { fluxWhyStateScenarios } from './scenarios/flux-why-states.ts';
import { killScenarios } from './scenarios/kills.ts';
import { lifeCycleScenarios } from './scenarios/life-cycle.ts';
import { neighbourScenarios } from './scenarios/neighbours.ts';
import { orderScenarios } from './scenarios/order.ts';
import { otherWriterScenarios } from './scenarios/other-writers.ts';
import { projectScenarios } from './scenarios/projects.ts';
import { pruningScenarios } from './scenarios/pruning.ts';
import { realRepositoryScenarios } from './scenarios/real-repositories.ts';
import { remoteBaseScenarios } from './scenarios/remote-bases.ts';
import { sharedObjectScenarios } from './scenarios/shared-objects.ts';
import { secretControllerScenarios } from './scenarios/secret-controllers.ts';
import { silentServerScenarios } from './scenarios/silent-servers.ts';
import { sshScenarios } from './scenarios/ssh.ts';
import { tenancyScenarios } from './scenarios/tenancy.ts';
import { settingScenarios } from './scenarios/settings.ts';

/** Every scenario, those that wait longest first, so that the others go on beside them. */
export const allScenarios: readonly Scenario[] = [
  ...apiFaultScenarios,
  ...clusterScenarios,
  ...fluxClusterScenarios,
  ...orderScenarios,
  ...otherWriterScenarios,
  ...commitScenarios,
  ...driftScenarios,
  ...pruningScenarios,
  ...argoDifferenceScenarios,
  ...argoSourceScenarios,
  ...argoAdoptionScenarios,
  ...argoScopeScenarios,
  ...argoHealthScenarios,
  ...argoHookScenarios,
  ...argoLimitScenarios,
  ...silentServerScenarios,
  ...argoOperationScenarios,
  ...argoResultScenarios,
  ...argoSyncOptionScenarios,
  ...argoWebhookScenarios,
  ...fluxSourceScenarios,
  ...fluxSourceWayScenarios,
  ...fluxSignatureScenarios,
  ...fluxContentScenarios,
  ...fluxCliScenarios,
  ...fluxMarkScenarios,
  ...fluxApplyScenarios,
  ...fluxOverlayScenarios,
  ...fluxLifeScenarios,
  ...fluxStateScenarios,
  ...fluxWhyScenarios,
  ...fluxWhyStateScenarios,
  ...fluxIgnoreScenarios,
  ...remoteBaseScenarios,
  ...secretControllerScenarios,
  ...sharedObjectScenarios,
  ...projectScenarios,
  ...tenancyScenarios,
  ...fluxTenancyScenarios,
  ...fluxAttackScenarios,
  ...fluxSourceAttackScenarios,
  ...fluxObjectAttackScenarios,
  ...fluxSharedContentAttackScenarios,
  ...fluxHeavyContentScenarios,
  ...brokenContentScenarios,
  ...brokenSourceScenarios,
  ...settingScenarios,
  ...fluxBuildScenarios,
  ...lifeCycleScenarios,
  ...realRepositoryScenarios,
  ...neighbourScenarios,
  ...sshScenarios,
  ...fluxIdentityScenarios,
  ...fluxFlagScenarios,
  ...fluxDecryptionScenarios,
  ...fluxAdoptionScenarios,
  ...killScenarios,
];
