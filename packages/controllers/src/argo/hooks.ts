import type { HookDeletePolicy } from '@capstan/apply';
import type { KubernetesObject } from '@capstan/object';
import { annotation, annotationValues } from './annotations.ts';
import { HOOK, HOOK_DELETE_POLICY, SYNC_WAVE } from './names.ts';

/** The phases of a sync, in order; SyncFail runs only when one of them fails. */
export type SyncPhase = 'PreSync' | 'Sync' | 'PostSync' | 'SyncFail';

/** What a hook annotation may say. */
export type HookType = SyncPhase | 'PreDelete' | 'PostDelete' | 'Skip';

const HELM_HOOK = 'helm.sh/hook';
const hookTypeNames: ReadonlySet<string> = new Set<HookType>([
  'PreSync',
  'Sync',
  'PostSync',
  'SyncFail',
  'PreDelete',
  'PostDelete',
  'Skip',
]);
const helmTypes: ReadonlyMap<string, HookType> = new Map([
  ['pre-install', 'PreSync'],
  ['pre-upgrade', 'PreSync'],
  ['post-upgrade', 'PostSync'],
  ['post-install', 'PostSync'],
]);
const deletePolicyNames: ReadonlySet<string> = new Set<HookDeletePolicy>([
  'BeforeHookCreation',
  'HookSucceeded',
  'HookFailed',
]);
const helmDeletePolicies: ReadonlyMap<string, HookDeletePolicy> = new Map([
  ['before-hook-creation', 'BeforeHookCreation'],
  ['hook-succeeded', 'HookSucceeded'],
  ['hook-failed', 'HookFailed'],
]);

/** The hook types of an object: Argo CD's own annotation, else Helm's as Argo CD reads it. */
export function hookTypes(object: KubernetesObject): readonly HookType[] {
  const own = annotationValues(object, HOOK).filter(isHookType);
  if (own.length > 0) return own;
  return annotationValues(object, HELM_HOOK).flatMap((value) => helmTypes.get(value) ?? []);
}

/** Whether an object is a hook. One that is only to be skipped is not, nor is a CRD that Helm calls a hook. */
export function isHook(object: KubernetesObject): boolean {
  if (annotation(object, HOOK) !== undefined) return !isSkipped(object);
  return isHelmHook(object);
}

/** Whether Helm's annotation makes the object a hook. */
export function isHelmHook(object: KubernetesObject): boolean {
  const value = annotation(object, HELM_HOOK);
  return value !== undefined && value !== 'crd-install';
}

/** Whether an object is left out of syncs altogether. */
export function isSkipped(object: KubernetesObject): boolean {
  const types = hookTypes(object);
  return types.length === 1 && types[0] === 'Skip';
}

/** The phases in which an object is applied: none where it is skipped, Sync where it is no hook. */
export function syncPhases(object: KubernetesObject): readonly SyncPhase[] {
  if (isSkipped(object)) return [];
  if (!isHook(object)) return ['Sync'];
  return [...new Set(hookTypes(object))].filter(isSyncPhase);
}

/** When a hook's object is deleted; before the next run where nothing is said. */
export function deletePolicies(object: KubernetesObject): readonly HookDeletePolicy[] {
  const own = annotationValues(object, HOOK_DELETE_POLICY).filter(isDeletePolicy);
  const helm = annotationValues(object, 'helm.sh/hook-delete-policy').flatMap(
    (value) => helmDeletePolicies.get(value) ?? [],
  );
  const policies = [...own, ...helm];
  return policies.length === 0 ? ['BeforeHookCreation'] : policies;
}

/** The wave of an object: its annotation, else Helm's hook weight, else 0. What is no whole number does not count. */
export function waveOf(object: KubernetesObject): number {
  return wholeNumber(annotation(object, SYNC_WAVE)) ?? wholeNumber(annotation(object, 'helm.sh/hook-weight')) ?? 0;
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^[+-]?\d{1,15}$/.test(text) ? Number(text) + 0 : undefined;
}

function isHookType(value: string): value is HookType {
  return hookTypeNames.has(value);
}

function isSyncPhase(type: HookType): type is SyncPhase {
  return type !== 'PreDelete' && type !== 'PostDelete' && type !== 'Skip';
}

function isDeletePolicy(value: string): value is HookDeletePolicy {
  return deletePolicyNames.has(value);
}
