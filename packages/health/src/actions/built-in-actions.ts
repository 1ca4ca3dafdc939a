import { gvkOf, type JsonObject, type KubernetesObject } from '@capstan/object';
import type { ActionInput, ActionOperation, ActionSet, ResourceAction } from './action-set.ts';
import { daemonSetActions, deploymentActions, statefulSetActions } from './apps.ts';
import { rolloutActions } from './argo-rollout.ts';
import { cronWorkflowActions, workflowTemplateActions } from './argo-workflows.ts';
import { analysisRunActions, applicationActions, pullRequestActions } from './argoproj.ts';
import { cronJobActions, jobActions } from './batch.ts';
import { postgresClusterActions } from './cloudnative-pg.ts';
import { fluxActions, fluxNotificationActions } from './flux.ts';
import { scaledJobActions, scaledObjectActions } from './keda.ts';
import {
  interStepBufferActions,
  monoVertexActions,
  monoVertexRolloutActions,
  pipelineActions,
  pipelineRolloutActions,
} from './numaflow.ts';
import {
  externalSecretActions,
  mariaDbActions,
  perconaMongoActions,
  pushSecretActions,
  strimziPodSetActions,
} from './operators.ts';

/** The actions that Argo CD has for kinds, by group and kind. */
const sets: Readonly<Record<string, ActionSet>> = {
  'apps/DaemonSet': daemonSetActions,
  'apps/Deployment': deploymentActions,
  'apps/StatefulSet': statefulSetActions,
  'argoproj.io/AnalysisRun': analysisRunActions,
  'argoproj.io/Application': applicationActions,
  'argoproj.io/CronWorkflow': cronWorkflowActions,
  'argoproj.io/Rollout': rolloutActions,
  'argoproj.io/WorkflowTemplate': workflowTemplateActions,
  'batch/CronJob': cronJobActions,
  'batch/Job': jobActions,
  'core.strimzi.io/StrimziPodSet': strimziPodSetActions,
  'external-secrets.io/ExternalSecret': externalSecretActions,
  'external-secrets.io/PushSecret': pushSecretActions,
  'helm.toolkit.fluxcd.io/HelmRelease': fluxActions,
  'image.toolkit.fluxcd.io/ImageRepository': fluxActions,
  'image.toolkit.fluxcd.io/ImageUpdateAutomation': fluxActions,
  'k8s.mariadb.com/MariaDB': mariaDbActions,
  'keda.sh/ScaledJob': scaledJobActions,
  'keda.sh/ScaledObject': scaledObjectActions,
  'kustomize.toolkit.fluxcd.io/Kustomization': fluxActions,
  'notification.toolkit.fluxcd.io/Alert': fluxNotificationActions,
  'notification.toolkit.fluxcd.io/Provider': fluxNotificationActions,
  'notification.toolkit.fluxcd.io/Receiver': fluxActions,
  'numaflow.numaproj.io/InterStepBufferService': interStepBufferActions,
  'numaflow.numaproj.io/MonoVertex': monoVertexActions,
  'numaflow.numaproj.io/Pipeline': pipelineActions,
  'numaplane.numaproj.io/MonoVertexRollout': monoVertexRolloutActions,
  'numaplane.numaproj.io/PipelineRollout': pipelineRolloutActions,
  'postgresql.cnpg.io/Cluster': postgresClusterActions,
  'promoter.argoproj.io/PullRequest': pullRequestActions,
  'psmdb.percona.com/PerconaServerMongoDB': perconaMongoActions,
  'source.toolkit.fluxcd.io/Bucket': fluxActions,
  'source.toolkit.fluxcd.io/GitRepository': fluxActions,
  'source.toolkit.fluxcd.io/HelmChart': fluxActions,
  'source.toolkit.fluxcd.io/HelmRepository': fluxActions,
  'source.toolkit.fluxcd.io/OCIRepository': fluxActions,
};

/** The kinds that have actions, as `group/Kind`. */
export const kindsWithActions: readonly string[] = Object.keys(sets);

/** The built-in actions of an object in its present state; none for a kind that has none. */
export function discoverBuiltInActions(object: KubernetesObject): readonly ResourceAction[] {
  return setFor(object)?.discover(object) ?? [];
}

/**
 * What a built-in action wants done; undefined where the kind has no action of that name. That an action is disabled is
 * for the caller to heed.
 * @throws CapstanError ACTION_FAILED when a parameter is wrong, or the object is in no state for it
 */
export function runBuiltInAction(
  object: KubernetesObject,
  name: string,
  input: ActionInput,
): readonly ActionOperation[] | undefined {
  const set = setFor(object);
  const run = set !== undefined && Object.hasOwn(set.actions, name) ? set.actions[name] : undefined;
  if (run === undefined) return undefined;
  const made = run(object, input);
  return isOperations(made) ? made : [{ operation: 'patch', resource: made }];
}

function setFor(object: KubernetesObject): ActionSet | undefined {
  const { group, kind } = gvkOf(object);
  const key = `${group}/${kind}`;
  return Object.hasOwn(sets, key) ? sets[key] : undefined;
}

function isOperations(made: JsonObject | readonly ActionOperation[]): made is readonly ActionOperation[] {
  return Array.isArray(made);
}
