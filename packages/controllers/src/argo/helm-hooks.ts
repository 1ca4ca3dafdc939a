import type { HookDeletePolicy } from '@capstan/apply';
import type { KubernetesObject } from '@capstan/object';
import { annotation, annotationValues } from './annotations.ts';

// Helm's hooks as Argo CD reads them. Source: argoproj/argo-cd gitops-engine/pkg/sync/hook/helm.

/** Helm's annotation of hooks. */
export const HELM_HOOK = 'helm.sh/hook';
const HELM_HOOK_DELETE_POLICY = 'helm.sh/hook-delete-policy';
const HELM_HOOK_WEIGHT = 'helm.sh/hook-weight';

const phases: ReadonlyMap<string, 'PreSync' | 'PostSync'> = new Map([
  ['pre-install', 'PreSync'],
  ['pre-upgrade', 'PreSync'],
  ['post-upgrade', 'PostSync'],
  ['post-install', 'PostSync'],
]);
const policies: ReadonlyMap<string, HookDeletePolicy> = new Map([
  ['before-hook-creation', 'BeforeHookCreation'],
  ['hook-succeeded', 'HookSucceeded'],
  ['hook-failed', 'HookFailed'],
]);

/** Whether Helm's annotation makes the object a hook. Helm marks CRDs with it as well; those are none. */
export function isHelmHook(object: KubernetesObject): boolean {
  const value = annotation(object, HELM_HOOK);
  return value !== undefined && value !== 'crd-install';
}

/** Helm's hook types of an object, by Helm's names: those that a sync runs. Rollbacks, deletions and tests are not. */
export function helmHookTypes(object: KubernetesObject): readonly string[] {
  return annotationValues(object, HELM_HOOK).filter((name) => phases.has(name));
}

/** The hook type that one of Helm's stands for; undefined for those that a sync does not run. */
export function helmHookType(name: string): 'PreSync' | 'PostSync' | undefined {
  return phases.get(name);
}

/** Helm's delete policies of an object, by Helm's names. */
export function helmDeletePolicies(object: KubernetesObject): readonly string[] {
  return annotationValues(object, HELM_HOOK_DELETE_POLICY).filter((name) => policies.has(name));
}

/** The delete policy that one of Helm's stands for; undefined for a name that Helm does not have. */
export function helmDeletePolicy(name: string): HookDeletePolicy | undefined {
  return policies.get(name);
}

/** Helm's weight of an object, which orders hooks within a phase; 0 where there is none, or no whole number. */
export function helmWeight(object: KubernetesObject): number {
  return wholeNumber(annotation(object, HELM_HOOK_WEIGHT)) ?? 0;
}

/** A whole number written in decimal, as waves and weights are; undefined for anything else. */
export function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^[+-]?\d{1,15}$/.test(text) ? Number(text) + 0 : undefined;
}
