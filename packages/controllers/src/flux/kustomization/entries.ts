import type { VersionedRef } from '@capstan/object';

/** What became of an object, in kustomize-controller's words. */
export type EntryAction = 'created' | 'configured' | 'unchanged' | 'deleted' | 'skipped' | 'unknown';

/** An object and what became of it. */
export interface Entry {
  readonly ref: VersionedRef;
  readonly action: EntryAction;
}

/** An object as Flux's messages name it: `Deployment/shop/web`, `Namespace/shop`. */
export function subjectOf(ref: { readonly kind: string; readonly namespace: string; readonly name: string }): string {
  return ref.namespace === '' ? `${ref.kind}/${ref.name}` : `${ref.kind}/${ref.namespace}/${ref.name}`;
}

/** A line an entry: `Deployment/shop/web created`. */
export function changeLog(entries: readonly Entry[]): string {
  return entries.map((entry) => `${subjectOf(entry.ref)} ${entry.action}`).join('\n');
}

/** The entries that changed something. */
export function changed(entries: readonly Entry[]): readonly Entry[] {
  return entries.filter((entry) => entry.action !== 'unchanged' && entry.action !== 'skipped');
}
