import type { WriteOutcome } from '@capstan/apply';
import { CapstanError, isCapstanError, messageOf } from '@capstan/errors';
import type { KubernetesObject, VersionedRef } from '@capstan/object';
import { LAST_APPLIED_ANNOTATION, getPath } from '@capstan/object';
import type { SyncTask } from './plan.ts';

/** An object as kubectl names it: `deployment.apps/web`, `configmap/settings`. */
export function kubectlName(ref: VersionedRef, separator = '/'): string {
  const kind = ref.kind.toLowerCase();
  return `${ref.group === '' ? kind : `${kind}.${ref.group}`}${separator}${ref.name}`;
}

/** What kubectl says of a write. */
export function writeMessage(task: SyncTask, outcome: WriteOutcome, resource: string): string {
  const { ref } = task.task;
  const name = kubectlName(ref);
  const strategy = task.write?.strategy;
  if (strategy === 'server-side') return `${name} serverside-applied`;
  switch (outcome.action) {
    case 'created':
      return `${name} created`;
    case 'replaced':
      return `${name} replaced`;
    case 'recreated':
      return `${kubectlName(ref, ' "')}" deleted from ${ref.namespace} namespace\n${name} ${strategy === 'replace' ? 'replaced' : 'configured'}`;
    case 'configured':
    case 'applied':
      return `${name} configured${lastAppliedWarning(task.live, ref, resource)}`;
    case 'unchanged':
      return `${name} unchanged`;
    case 'deleted':
    case 'left-alone':
      return `${name} ${outcome.action}`;
  }
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
  return isPatch && isCapstanError(error) ? `error when patching: ${said}` : said;
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
