import { refKey, refOf, type KubernetesObject } from '@capstan/object';
import type { SyncOperation } from '../application.ts';
import type { ManagedObject } from '../compare/comparison.ts';
import { respectIgnored } from '../compare/respect-ignored.ts';
import type { Target } from '../compare/targets.ts';
import { syncPhases } from '../hooks.ts';
import { isNamespaceOf, namespaceMetadata, namespaceObject } from '../operation/managed-namespace.ts';
import { namedHook, type SyncInput } from '../operation/plan.ts';
import type { OperationState } from '../operation/state.ts';
import { isDeletionApproved, type SyncOptions } from '../sync-options.ts';
import { compareContext, type Permit, type Run, type Standing } from './run.ts';

/** A sync as it is asked for, and how everything stands. */
export interface AskedSync {
  readonly state: OperationState;
  readonly sync: SyncOperation;
  readonly standing: Standing;
  readonly options: SyncOptions;
}

/** What a sync is planned from. */
export async function syncInput(
  run: Run,
  permit: Permit,
  { state, sync, standing, options }: AskedSync,
): Promise<SyncInput> {
  const { evaluation, comparison } = standing;
  const revision = evaluation.sources.multiple ? '' : (evaluation.revisions[0] ?? '');
  const hooks = evaluation.targets?.hooks ?? [];
  const managed = options.has('RespectIgnoreDifferences=true')
    ? await respectIgnored(comparison.managed, compareContext(run, permit))
    : comparison.managed;
  const isSelective = (sync.resources ?? []).length > 0;
  const startedAt = Date.parse(state.startedAt);
  return {
    managed,
    hooks,
    hookLives: await hookLives(run, permit, hooks, { revision, startedAt }),
    namespaceTask: await namespaceTask(run, permit, options, managed),
    project: permit.project,
    projectName: permit.projectName,
    destination: permit.destination,
    options,
    prune: sync.prune === true,
    force: (sync.syncStrategy?.apply?.force ?? sync.syncStrategy?.hook?.force) === true,
    skipHooks: sync.syncStrategy?.apply !== undefined || isSelective,
    isSelected: isSelective ? (ref) => isNamed(sync, ref) : undefined,
    revision,
    deletionApproved: isDeletionApproved(run.application.object, startedAt),
    startedAt,
  };
}

/** The live objects of hooks, by the names under which this operation creates them. */
async function hookLives(
  run: Run,
  permit: Permit,
  hooks: readonly Target[],
  operation: { readonly revision: string; readonly startedAt: number },
): Promise<ReadonlyMap<string, KubernetesObject>> {
  const lives = new Map<string, KubernetesObject>();
  for (const hook of hooks) {
    if (hook.rules === undefined) continue;
    for (const phase of syncPhases(hook.object)) {
      const ref = refOf(namedHook(hook.object, phase, operation));
      const live = await permit.at.cluster.live.get(ref, run.signal);
      if (live !== undefined) lives.set(refKey(ref), live);
    }
  }
  return lives;
}

/** The destination's namespace, where it is to be made, or its metadata to be kept, and Git does not have it. */
async function namespaceTask(
  run: Run,
  permit: Permit,
  options: SyncOptions,
  managed: readonly ManagedObject[],
): Promise<SyncInput['namespaceTask']> {
  const { namespace } = permit.destination;
  if (!options.has('CreateNamespace=true') || namespace === '') return undefined;
  if (managed.some(({ target }) => target !== undefined && isNamespaceOf(target.ref, namespace))) return undefined;
  const metadata = namespaceMetadata(run.application.spec);
  const object = namespaceObject(namespace, metadata);
  const ref = refOf(object);
  const { cluster } = permit.at;
  const known = cluster.cache.watched(ref) ? await cluster.live.get(ref, run.signal) : undefined;
  const live = known ?? (await cluster.client.find(ref, { signal: run.signal, caller: run.owner }));
  if (live !== undefined && metadata === undefined) return undefined;
  const rules = await cluster.rules({ group: '', version: 'v1', kind: 'Namespace' });
  return { target: { ref, object, rules }, live, managed: metadata !== undefined };
}

function isNamed(
  sync: SyncOperation,
  ref: { readonly group: string; readonly kind: string; readonly namespace: string; readonly name: string },
): boolean {
  return (sync.resources ?? []).some(
    (wanted) =>
      wanted.kind === ref.kind &&
      (wanted.group ?? '') === ref.group &&
      wanted.name === ref.name &&
      ((wanted.namespace ?? '') === '' || wanted.namespace === ref.namespace),
  );
}
