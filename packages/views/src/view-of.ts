import { parseApiVersion, type GroupKind, type KubernetesObject } from '@capstan/object';
import type { AppView } from './app-view.ts';
import { argoView } from './argo-app.ts';
import { fluxView } from './flux-app.ts';

/** The kinds that are shown as apps and sources, in the order in which they are listed. */
export const appKinds: readonly (GroupKind & { readonly plural: string })[] = [
  { group: 'argoproj.io', kind: 'Application', plural: 'applications' },
  { group: 'kustomize.toolkit.fluxcd.io', kind: 'Kustomization', plural: 'kustomizations' },
  { group: 'source.toolkit.fluxcd.io', kind: 'GitRepository', plural: 'gitrepositories' },
];

/** What people are shown of a resource; undefined where it is neither app nor source. */
export function viewOf(object: KubernetesObject): AppView | undefined {
  const { group } = parseApiVersion(object.apiVersion);
  if (!appKinds.some((known) => known.group === group && known.kind === object.kind)) return undefined;
  return group === 'argoproj.io' ? argoView(object) : fluxView(object);
}

/** A revision in few letters: `main@sha1:0123456`, or seven letters of a commit. */
export function shortRevision(revision: string): string {
  return revision.replace(/([0-9a-f]{7})[0-9a-f]{33,57}/g, '$1');
}
