import type { HookDeletePolicy, HookSpec } from '@capstan/apply';
import type { KubernetesObject } from '@capstan/object';
import { annotation, annotationValues } from './annotations.ts';
import {
  HELM_HOOK,
  helmDeletePolicies,
  helmDeletePolicy,
  helmHookType,
  helmHookTypes,
  helmWeight,
  isHelmHook,
  wholeNumber,
} from './helm-hooks.ts';
import { HOOK, HOOK_DELETE_POLICY, SYNC_WAVE } from './names.ts';

/** The phases of a sync, in order; SyncFail runs only when one of them fails. */
export type SyncPhase = 'PreSync' | 'Sync' | 'PostSync' | 'SyncFail';

/** What a hook annotation may say. */
export type HookType = SyncPhase | 'PreDelete' | 'PostDelete' | 'Skip';

const hookTypeNames: ReadonlySet<string> = new Set<HookType>([
  'PreSync',
  'Sync',
  'PostSync',
  'SyncFail',
  'PreDelete',
  'PostDelete',
  'Skip',
]);
const deletePolicyNames: ReadonlySet<string> = new Set<HookDeletePolicy>([
  'BeforeHookCreation',
  'HookSucceeded',
  'HookFailed',
]);
/** The hook types of an object: Argo CD's own annotation, else Helm's as Argo CD reads it. */
export function hookTypes(object: KubernetesObject): readonly HookType[] {
  const own = annotationValues(object, HOOK).filter(isHookType);
  if (own.length > 0) return own;
  return helmHookTypes(object).flatMap((name) => helmHookType(name) ?? []);
}

/** Whether an object is a hook. One that is only to be skipped is not, nor is a CRD that Helm calls a hook. */
export function isHook(object: KubernetesObject): boolean {
  if (annotation(object, HOOK) !== undefined) return !isSkipped(object);
  return isHelmHook(object);
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
  const helm = helmDeletePolicies(object).flatMap((name) => helmDeletePolicy(name) ?? []);
  const policies = [...own, ...helm];
  return policies.length === 0 ? ['BeforeHookCreation'] : policies;
}

/** The wave of an object: its annotation, else Helm's hook weight, else 0. What is no whole number does not count. */
export function waveOf(object: KubernetesObject): number {
  return wholeNumber(annotation(object, SYNC_WAVE)) ?? helmWeight(object);
}

/** What makes a task of this object a hook; undefined where the object is none, whatever its delete policy says. */
export function hookSpec(object: KubernetesObject, phase: SyncPhase): HookSpec | undefined {
  return isHook(object) ? { type: phase, deletePolicies: deletePolicies(object) } : undefined;
}

/** Whether an object is a hook of no phase that a sync runs: no sync touches it. */
export function isIgnored(object: KubernetesObject): boolean {
  return isHook(object) && !hookTypes(object).some((type) => type === 'Skip' || isSyncPhase(type));
}

/** When an Application's deletion runs a hook: before its objects go, or after. */
export type DeleteHookType = 'PreDelete' | 'PostDelete';

const helmDeleteHooks: Readonly<Record<DeleteHookType, string>> = {
  PreDelete: 'pre-delete',
  PostDelete: 'post-delete',
};

/** Whether an Application's deletion runs an object as such a hook, by Argo CD's annotation or Helm's. */
export function isDeleteHook(object: KubernetesObject, type: DeleteHookType): boolean {
  return (
    annotationValues(object, HOOK).includes(type) || annotationValues(object, HELM_HOOK).includes(helmDeleteHooks[type])
  );
}

/** Whether a text names a hook type. */
export function isHookType(value: string): value is HookType {
  return hookTypeNames.has(value);
}

function isSyncPhase(type: HookType): type is SyncPhase {
  return type !== 'PreDelete' && type !== 'PostDelete' && type !== 'Skip';
}

/** Whether a text names a delete policy. */
export function isDeletePolicy(value: string): value is HookDeletePolicy {
  return deletePolicyNames.has(value);
}
