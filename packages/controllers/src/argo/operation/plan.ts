import { stepsOf, type ApplyPlan, type ApplyTask } from '@capstan/apply';
import { formatApiVersion, getPath, refKey, refOf, type KubernetesObject, type VersionedRef } from '@capstan/object';
import { SecretMakers } from '../../runtime/secret-makers.ts';
import { finalizers, hasAnnotationValue } from '../annotations.ts';
import type { ManagedObject } from '../compare/comparison.ts';
import { generateName, type Target } from '../compare/targets.ts';
import { hookSpec, isHook, syncPhases, waveOf, type SyncPhase } from '../hooks.ts';
import { HOOK_FINALIZER, SYNC_OPTIONS } from '../names.ts';
import { isDestinationPermitted } from '../project/destinations.ts';
import { isKindPermitted } from '../project/kinds.ts';
import type { ProjectDestination, ProjectSpec } from '../project/project-spec.ts';
import {
  isPruneDisabled,
  needsPruneApproval,
  writeChoice,
  type SyncOptions,
  type WriteChoice,
} from '../sync-options.ts';
import { isDefinition } from '../tracking.ts';
import { reversePrunes, sortTasks, type OrderedTask } from './order.ts';

/** A task of a sync with what carrying it out needs. */
export interface SyncTask {
  readonly task: ApplyTask;
  readonly target: Target | undefined;
  readonly live: KubernetesObject | undefined;
  readonly write: WriteChoice | undefined;
  /** As `syncResult` names the object: a cluster-scoped one bears the destination's namespace. */
  readonly result: VersionedRef;
  readonly phase: SyncPhase;
}

/** What a sync is made of. */
export interface SyncInput {
  readonly managed: readonly ManagedObject[];
  readonly hooks: readonly Target[];
  /** The live objects of hooks, by reference key. */
  readonly hookLives: ReadonlyMap<string, KubernetesObject>;
  /**
   * The destination's namespace, to be made first: a target, with its live object. Undefined where it is not to be. One
   * whose metadata is managed is a part of every sync.
   */
  readonly namespaceTask:
    { readonly target: Target; readonly live: KubernetesObject | undefined; readonly managed: boolean } | undefined;
  readonly project: ProjectSpec;
  readonly projectName: string;
  readonly destination: ProjectDestination;
  readonly options: SyncOptions;
  readonly prune: boolean;
  readonly force: boolean;
  readonly skipHooks: boolean;
  /** Which objects a selective sync names; undefined: all. */
  readonly isSelected: ((ref: VersionedRef) => boolean) | undefined;
  readonly revision: string;
  /** Whether a person has approved the prunes that need it. */
  readonly deletionApproved: boolean;
  /** When the operation began, in milliseconds. */
  readonly startedAt: number;
}

/** A plan, or why there is none: what cannot be synced, by task. */
export type SyncPlan =
  | { readonly kind: 'plan'; readonly plan: ApplyPlan; readonly tasks: ReadonlyMap<string, SyncTask> }
  | { readonly kind: 'refused'; readonly problems: readonly { readonly task: SyncTask; readonly message: string }[] };

interface Draft extends OrderedTask {
  readonly source: Target | undefined;
  readonly isNamespace: boolean;
}

/** Plans a sync: what is applied and pruned, in which phase and wave, and whether the project allows all of it. */
export function planSync(input: SyncInput): SyncPlan {
  const drafts = [...resourceDrafts(input), ...(input.skipHooks ? [] : hookDrafts(input))];
  reversePrunes(
    drafts,
    (live) => input.options.has('PruneLast=true') || hasAnnotationValue(live, SYNC_OPTIONS, 'PruneLast=true'),
  );
  const namespace = input.namespaceTask;
  if (namespace !== undefined)
    drafts.push({
      phase: 'PreSync',
      wave: 0,
      target: namespace.target.object,
      live: namespace.live,
      source: namespace.target,
      isNamespace: true,
    });
  const defined = definedKinds(input);
  const tasks = sortTasks(drafts).map((draft) => taskOf(draft, input));
  const problems = tasks.flatMap((task) => {
    const message = problemOf(task, input, defined);
    return message === undefined ? [] : [{ task, message }];
  });
  if (problems.length > 0) return { kind: 'refused', problems };
  const isFirst = (task: SyncTask): boolean =>
    namespace !== undefined && task.target === namespace.target && namespace.live === undefined;
  // Once a namespace is there, a sync that only made it has nothing more to do with it.
  const isRun = (task: SyncTask): boolean =>
    task.phase !== 'SyncFail' && (!isFirst(task) || namespace?.managed === true);
  return {
    kind: 'plan',
    tasks: new Map(tasks.map((task) => [task.task.id, task])),
    plan: {
      steps: stepsOf(tasks.filter(isRun).map((task) => task.task)),
      onFailure: tasks.filter((task) => task.phase === 'SyncFail').map((task) => task.task),
      // Upstream's dry-run is the client's own: it finds unknown kinds, and those have been found above.
      dryRun: 'none',
      beforeDryRun: tasks.filter(isFirst).map((task) => task.task),
      deletionApproved: input.deletionApproved,
    },
  };
}

function resourceDrafts(input: SyncInput): Draft[] {
  const makers = new SecretMakers(input.managed.flatMap(({ target }) => (target === undefined ? [] : [target])));
  return input.managed.flatMap((object): Draft[] => {
    const { target, live } = object;
    const either = target?.object ?? live;
    if (either === undefined || isHook(either)) return [];
    // A copy of another object's marks is nobody's to prune.
    if (target === undefined && !object.requiresPruning) return [];
    if (object.keptBy !== undefined) return [];
    // What a controller makes of another object of the Application is that controller's to delete.
    if (target === undefined && live !== undefined && makers.makerOf(live) !== undefined) return [];
    if (input.isSelected?.(target?.ref ?? object.ref) === false) return [];
    if (isLeftAsItIs(object, input)) return [];
    return syncPhases(either).map((phase) => ({
      phase,
      wave: waveOf(either),
      target: target?.object,
      live,
      source: target,
      isNamespace: false,
    }));
  });
}

// With ApplyOutOfSyncOnly what is as it should be is not even asked about.
function isLeftAsItIs(object: ManagedObject, input: SyncInput): boolean {
  return (
    input.options.has('ApplyOutOfSyncOnly=true') &&
    object.target !== undefined &&
    object.live !== undefined &&
    object.differences.length === 0
  );
}

function hookDrafts(input: SyncInput): Draft[] {
  return input.hooks.flatMap((hook) =>
    syncPhases(hook.object).map((phase): Draft => {
      const object = namedHook(hook.object, phase, input);
      const source = { ...hook, object, ref: refOf(object) };
      const live = input.hookLives.get(refKey(source.ref));
      return { phase, wave: waveOf(object), target: object, live, source, isNamespace: false };
    }),
  );
}

/** A hook as it is created: with the finalizer that keeps it until its phase is over, and a name of this operation's. */
export function namedHook(
  hook: KubernetesObject,
  phase: SyncPhase,
  operation: { readonly revision: string; readonly startedAt: number },
): KubernetesObject {
  const { name } = refOf(hook);
  const revision = operation.revision.length >= 8 ? operation.revision.slice(0, 7) : operation.revision;
  const postfix = `${revision}-${phase}-${Math.floor(operation.startedAt / 1000)}`.toLowerCase();
  const list = finalizers(hook);
  return {
    ...hook,
    metadata: {
      ...hook.metadata,
      name: name === '' ? `${generateName(hook)}${postfix}` : name,
      finalizers: list.includes(HOOK_FINALIZER) ? list : [...list, HOOK_FINALIZER],
    },
  };
}

/** A draft has a target or a live object; this stands for neither. */
const nothing: KubernetesObject = { apiVersion: '', kind: '', metadata: {} };

function taskOf(draft: Draft, input: SyncInput): SyncTask {
  const { source, live } = draft;
  const object = source?.object ?? live;
  const ref = source?.ref ?? refOf(live ?? nothing);
  const namespace =
    ref.namespace === '' && draft.target !== undefined && !draft.isNamespace
      ? input.destination.namespace
      : ref.namespace;
  const result = { ...ref, namespace };
  const id = taskId(result, draft.phase);
  const hook = object === undefined || draft.isNamespace ? undefined : hookSpec(object, draft.phase);
  const write = source === undefined ? undefined : writeChoice(source.object, live, input.options, input.force);
  const task: ApplyTask = {
    id,
    ref,
    phase: draft.phase,
    wave: draft.wave,
    action:
      source === undefined || write === undefined
        ? {
            kind: 'delete',
            propagation: input.options.propagation,
            needsApproval: live !== undefined && needsPruneApproval(live, input.options),
            ...skipOf(live, input),
          }
        : {
            kind: 'apply',
            strategy: write.strategy,
            desired: source.object,
            force: write.force,
            validate: write.validate,
            skipDryRun: source.rules === undefined,
          },
    ...(hook === undefined ? {} : { hook }),
  };
  return { task, target: source, live, write, result, phase: draft.phase };
}

/** The identity of a task: its recorded result is found by it. */
export function taskId(ref: VersionedRef, phase: string): string {
  return `${refKey(ref)}:${phase}`;
}

function skipOf(live: KubernetesObject | undefined, input: SyncInput): { readonly skip?: string } {
  if (!input.prune) return { skip: 'ignored (requires pruning)' };
  if (live !== undefined && isPruneDisabled(live, input.options)) return { skip: 'ignored (no prune)' };
  return {};
}

/** Why a task cannot be carried out: its kind is unknown, or the project does not allow it. */
function problemOf(task: SyncTask, input: SyncInput, defined: ReadonlySet<string>): string | undefined {
  const { target } = task;
  const { ref } = task.task;
  if (target !== undefined && target.rules === undefined) {
    const mayCome =
      defined.has(`${ref.group}/${ref.kind}`) ||
      input.options.has('SkipDryRunOnMissingResource=true') ||
      hasAnnotationValue(target.object, SYNC_OPTIONS, 'SkipDryRunOnMissingResource=true');
    if (mayCome) return undefined;
    return `failed to discover server resources for group version ${formatApiVersion(ref.group, ref.version)}: the server could not find the requested resource`;
  }
  return deniedBy(task, input);
}

/** Why the project does not allow a task; undefined where it does. */
export function deniedBy(
  { task: { ref }, target, result }: SyncTask,
  { project, projectName, destination }: Pick<SyncInput, 'project' | 'projectName' | 'destination'>,
): string | undefined {
  const namespaced = target === undefined ? ref.namespace !== '' : (target.rules?.namespaced ?? true);
  if (!isKindPermitted(project, ref, ref.name, namespaced))
    return `resource ${ref.group}:${ref.kind} is not permitted in project ${projectName}`;
  if (namespaced && !isDestinationPermitted(project, { ...destination, namespace: result.namespace }))
    return `namespace ${result.namespace} is not permitted in project '${projectName}'`;
  return undefined;
}

/** The kinds that CRDs of this very sync define. */
function definedKinds(input: SyncInput): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { target } of input.managed) {
    if (target === undefined || !isDefinition(target.object)) continue;
    const group = getPath(target.object, 'spec', 'group');
    const kind = getPath(target.object, 'spec', 'names', 'kind');
    if (typeof group === 'string' && typeof kind === 'string') found.add(`${group}/${kind}`);
  }
  return found;
}
