import { CapstanError, isCapstanError, messageOf } from '@capstan/errors';
import type { GroupVersionKind, KubernetesObject, VersionedRef } from '@capstan/object';
import { LAST_APPLIED_ANNOTATION, getPath } from '@capstan/object';
import type { SyncTask } from './plan.ts';
import type { Written } from './write-task.ts';

/** An object as kubectl names it: `deployment.apps/web`, `configmap/settings`. */
export function kubectlName(ref: VersionedRef, separator = '/'): string {
  const kind = ref.kind.toLowerCase();
  return `${ref.group === '' ? kind : `${kind}.${ref.group}`}${separator}${ref.name}`;
}

/** What kubectl says of a write. */
export function writeMessage(task: SyncTask, { outcome, before, preface }: Written, resource: string): string {
  const { ref } = task.task;
  // Upstream puts nothing between the words of two commands.
  const name = `${preface}${kubectlName(ref)}`;
  const strategy = task.write?.strategy;
  if (strategy === 'server-side') return `${name} serverside-applied`;
  switch (outcome.action) {
    case 'created':
      return `${name} created`;
    case 'replaced':
      return isUpdated(ref) ? `${ref.kind}/${ref.name} updated` : `${name} replaced`;
    case 'recreated':
      return `${kubectlName(ref, ' "')}" deleted from ${ref.namespace} namespace\n${name} ${strategy === 'replace' ? 'replaced' : 'configured'}`;
    case 'configured':
    case 'applied':
      return `${name} configured${lastAppliedWarning(before, ref, resource)}`;
    case 'unchanged':
      return `${name} unchanged`;
    case 'deleted':
    case 'left-alone':
      return `${name} ${outcome.action}`;
  }
}

/** Whether upstream replaces an object without kubectl, which might delete it, and what depends on it, to make it anew. */
function isUpdated({ group, kind }: VersionedRef): boolean {
  return kind === 'Namespace' || (kind === 'CustomResourceDefinition' && group === 'apiextensions.k8s.io');
}

/**
 * What kubectl says of a client's dry-run, which looks at nothing but whether the object is there. Server-side apply is
 * left out of it.
 */
export function dryRunMessage(task: SyncTask, { before, preface }: Pick<Written, 'before' | 'preface'>): string {
  const { ref } = task.task;
  const name = `${preface}${kubectlName(ref)}`;
  if (before === undefined) return `${name} created (dry run)`;
  if (task.write?.strategy !== 'replace') return `${name} configured (dry run)`;
  return isUpdated(ref) ? `${ref.kind}/${ref.name} updated` : `${name} replaced (dry run)`;
}

// kubectl's warning about an object that it has not applied before; `unchanged` objects had the annotation.
function lastAppliedWarning(live: KubernetesObject | undefined, ref: VersionedRef, resource: string): string {
  if (live === undefined || getPath(live.metadata, 'annotations', LAST_APPLIED_ANNOTATION) !== undefined) return '';
  return `. Warning: resource ${resource}/${ref.name} is missing the ${LAST_APPLIED_ANNOTATION} annotation which is required by  apply.  apply should only be used on resources created declaratively by either  create --save-config or  apply. The missing annotation will be patched automatically.`;
}

/** What is said of a failed write: the server's own words, after what was being done. */
export function failureMessage(task: SyncTask, error: unknown): string {
  const said = serverWords(error);
  const isPatch = task.live !== undefined && task.write?.strategy === 'client-side';
  if (!isPatch || !isCapstanError(error) || error.data['step'] === 'reconcile') return said;
  return `error when patching: ${said}`;
}

/**
 * The server's own words, where it said any. It quotes patches that it cannot read, and a Secret's values with them:
 * what it quotes so is left out, as upstream does.
 */
export function serverWords(error: unknown): string {
  if (!(error instanceof CapstanError)) return messageOf(error);
  const said = error.data['message'];
  const words = typeof said === 'string' && said !== '' ? said : error.message;
  return words.replaceAll(/map\[.*\]/g, '');
}

/**
 * A result's message with what helps: which version of a missing kind the cluster has, or what to do about an object that
 * is too large. Source: argoproj/argo-cd util/argo/argo.go AugmentSyncMsg.
 */
export function messageInFull(ref: VersionedRef, message: string, served: readonly GroupVersionKind[]): string {
  const { group, kind, namespace, name, version } = ref;
  if (message.includes('metadata.annotations: Too long: must have at most 262144 bytes'))
    return `${message} \n -Additional Info: This error usually means that you are trying to add a large resource on client side. Consider using Server-side apply or syncing with replace enabled. Note: Syncing with Replace enabled is potentially destructive as it may cause resource deletion and re-creation.`;
  if (!message.includes('the server could not find the requested resource')) return message;
  const requested = `${group}/${kind} for requested resource ${namespace}/${name}.`;
  const ofKind = served.filter((one) => one.kind === kind);
  const known = ofKind.find((one) => one.group === group) ?? ofKind[0];
  if (known === undefined)
    return `The Kubernetes API could not find ${requested} Make sure the "${kind}" CRD is installed on the destination cluster.`;
  return `The Kubernetes API could not find version "${version}" of ${requested} Version "${known.version}" of ${known.group}/${kind} is installed on the destination cluster.`;
}
