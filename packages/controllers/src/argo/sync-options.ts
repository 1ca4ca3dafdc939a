import type { KubernetesObject } from '@capstan/object';
import { annotation, annotationOption, hasAnnotationValue } from './annotations.ts';
import { DELETION_APPROVED, SYNC_OPTIONS } from './names.ts';

/** A sync's options, as `syncOptions` of an operation says them. */
export class SyncOptions {
  readonly #values: ReadonlySet<string>;

  constructor(values: readonly string[] | undefined) {
    this.#values = new Set((values ?? []).map((value) => value.trim()));
  }

  /** Whether `name=value` is among them. */
  has(option: string): boolean {
    return this.#values.has(option);
  }

  /** The value of `name`. */
  valueOf(name: string): string | undefined {
    for (const value of this.#values) if (value.startsWith(`${name}=`)) return value.slice(name.length + 1);
    return undefined;
  }

  get propagation(): 'Foreground' | 'Background' | 'Orphan' {
    if (this.has('PrunePropagationPolicy=background')) return 'Background';
    if (this.has('PrunePropagationPolicy=foreground')) return 'Foreground';
    return this.has('PrunePropagationPolicy=orphan') ? 'Orphan' : 'Foreground';
  }
}

/** How an object is written: its own options go before those of the sync. */
export interface WriteChoice {
  readonly strategy: 'client-side' | 'server-side' | 'replace';
  readonly force: boolean;
  readonly validate: boolean;
}

/** How an object of a sync is written. Replace goes before server-side apply; a live object's own wish counts as well. */
export function writeChoice(
  target: KubernetesObject,
  live: KubernetesObject | undefined,
  options: SyncOptions,
  force: boolean,
): WriteChoice {
  const either = (option: string): boolean =>
    hasAnnotationValue(target, SYNC_OPTIONS, option) || hasAnnotationValue(live, SYNC_OPTIONS, option);
  const replace = options.has('Replace=true') || either('Replace=true');
  return {
    strategy: replace ? 'replace' : isServerSide(target, options) ? 'server-side' : 'client-side',
    force: force || either('Force=true'),
    validate: !options.has('Validate=false') && !hasAnnotationValue(target, SYNC_OPTIONS, 'Validate=false'),
  };
}

/** Whether an object is applied server-side. */
export function isServerSide(target: KubernetesObject, options: SyncOptions): boolean {
  if (hasAnnotationValue(target, SYNC_OPTIONS, 'ServerSideApply=false')) return false;
  return options.has('ServerSideApply=true') || hasAnnotationValue(target, SYNC_OPTIONS, 'ServerSideApply=true');
}

/** Whether a live object asks not to be pruned: its own option, else that of the sync, and Helm's policy. */
export function isPruneDisabled(live: KubernetesObject, options: SyncOptions): boolean {
  const wish = annotationOption(live, SYNC_OPTIONS, 'Prune') ?? options.valueOf('Prune');
  return wish === 'false' || isKept(live);
}

/** Whether a live object asks to outlive its Application. */
export function isDeleteDisabled(live: KubernetesObject, options: SyncOptions): boolean {
  const wish = annotationOption(live, SYNC_OPTIONS, 'Delete') ?? options.valueOf('Delete');
  return wish === 'false' || isKept(live);
}

/** Whether pruning a live object needs a person's approval. */
export function needsPruneApproval(live: KubernetesObject, options: SyncOptions): boolean {
  return (annotationOption(live, SYNC_OPTIONS, 'Prune') ?? options.valueOf('Prune')) === 'confirm';
}

/** Whether deleting an object with its Application needs a person's approval. */
export function needsDeleteApproval(object: KubernetesObject, options: SyncOptions): boolean {
  return (annotationOption(object, SYNC_OPTIONS, 'Delete') ?? options.valueOf('Delete')) === 'confirm';
}

/** Whether a person has approved deletions of an Application since then (milliseconds since the epoch). */
export function isDeletionApproved(application: KubernetesObject, since: number): boolean {
  const at = Date.parse(annotation(application, DELETION_APPROVED) ?? '');
  return !Number.isNaN(at) && at >= since;
}

function isKept(live: KubernetesObject): boolean {
  return (annotation(live, 'helm.sh/resource-policy') ?? '').split(',').some((value) => value.trim() === 'keep');
}
