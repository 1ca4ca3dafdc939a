import { next, stepsOf, type ApplyTask, type TaskResult } from '@capstan/apply';
import {
  annotationOption,
  annotationValues,
  compareTasks,
  deletePolicies,
  hasAnnotationValue,
  helmDeletePolicies,
  helmDeletePolicy,
  helmHookType,
  helmHookTypes,
  helmWeight,
  hookSpec,
  hookTypes,
  isDeletePolicy,
  isHelmHook,
  isHook,
  isHookType,
  isIgnored,
  isSkipped,
  placeOfKind,
  planSync,
  sortTasks,
  syncPhases,
  SyncOptions,
  waveOf,
  type ManagedObject,
  type OrderedTask,
} from '@capstan/controllers/argo-sync';
import { ownsByUpdate } from '@capstan/diff';
import { refOf, type KubernetesObject } from '@capstan/object';
import { z } from 'zod';
import type { CaseResult, Corpus } from '../corpus.ts';
import { allOf, expectEqual, failed } from '../expect.ts';
import { looseObject } from './loose-object.ts';

const phase = z.enum(['PreSync', 'Sync', 'PostSync', 'SyncFail']);
const task = z.looseObject({
  phase: phase.default('Sync'),
  targetObject: looseObject.optional(),
  liveObject: looseObject.optional(),
});
const object = looseObject;
const expected = z.unknown();
const tasks = z.array(task);
const text = z.string();
const compare = z.literal('unordered').optional();

/** Functions of an object alone. */
const ofObject: Readonly<Record<string, (object: KubernetesObject) => unknown>> = {
  isHook,
  isSkipped,
  hookTypes: (of) => orNull(hookTypes(of)),
  deletePolicies: (of) => orNull(deletePolicies(of)),
  syncPhases: (of) => orNull(syncPhases(of)),
  wave: waveOf,
  ignored: isIgnored,
  'helm.isHook': isHelmHook,
  'helm.hookTypes': (of) => orNull(helmHookTypes(of)),
  'helm.deletePolicies': (of) => orNull(helmDeletePolicies(of)),
  'helm.weight': helmWeight,
};

/** Functions of a text alone. */
const ofText: Readonly<Record<string, (text: string) => unknown>> = {
  'helm.hookType': helmHookType,
  'helm.deletePolicy': helmDeletePolicy,
  parseHookType: (of) => (isHookType(of) ? { ok: true, type: of } : { ok: false }),
  parseDeletePolicy: (of) => (isDeletePolicy(of) ? { ok: true, type: of } : { ok: false }),
  kindOrder: placeOfKind,
};

/** Functions of one task. */
const ofTask: Readonly<Record<string, (task: Task, policy: string) => unknown>> = {
  'task.hookType': (of) => hookOf(of)?.type ?? '',
  'task.hasHookDeletePolicy': (of, policy) => hookOf(of)?.deletePolicies.some((each) => each === policy) ?? false,
  'task.deleteBeforeCreation': (of) => isCleared(of),
  'task.deleteOnPhaseCompletion': (of) => isRemoved(of, 'succeeded') || isRemoved(of, 'failed'),
  'task.deleteOnPhaseSuccessful': (of) => isRemoved(of, 'succeeded'),
  'task.deleteOnPhaseFailed': (of) => isRemoved(of, 'failed'),
  'task.wave': (of) => waveOf(objectOf(of)),
};

/** Functions of several tasks: what steps they make. */
const ofTasks: Readonly<Record<string, (tasks: readonly Task[]) => unknown>> = {
  'tasks.phase': (of) => stepsIn(of)[0]?.phase ?? '',
  'tasks.wave': (of) => stepsIn(of)[0]?.wave ?? 0,
  'tasks.lastPhase': (of) => stepsIn(of).at(-1)?.phase ?? '',
  'tasks.lastWave': (of) => stepsIn(of).at(-1)?.wave ?? 0,
  'tasks.multiStep': (of) => stepsIn(of).length > 1,
};

const sorted = z.looseObject({
  tasks,
  expected: z.strictObject({
    order: z.array(z.number()),
    adjusted: z.array(z.strictObject({ task: z.number(), wave: z.number(), phase })).optional(),
  }),
});
const synced = z.looseObject({
  resources: z.array(z.strictObject({ live: looseObject.nullable(), target: looseObject.nullable() })),
  pruneLast: z.boolean().optional(),
  expected: z.strictObject({
    successful: z.boolean(),
    taskCount: z.number(),
    lastWave: z.number().optional(),
    waves: z.record(z.string(), z.number()).optional(),
  }),
});
const annotated = z.looseObject({ object, key: text, value: text.optional(), option: text.optional(), expected });

type Task = z.infer<typeof task>;

/** What Argo CD's sync makes of annotations: hooks, phases, waves, and the order of tasks. */
export const argoHooksWaves: Corpus = {
  name: 'argo-hooks-waves',
  run(testCase) {
    const { fn } = z.looseObject({ fn: text }).parse(testCase);
    switch (fn) {
      case 'annotationValues':
      case 'hasAnnotationOption':
      case 'annotationOptionValue':
        return expectAnnotation(fn, testCase);
      case 'tasks.sort':
      case 'tasks.sortWithDependencies':
        return expectOrder(fn, testCase);
      case 'syncTasks':
        return expectSync(testCase);
      case 'needsClientSideApplyMigration': {
        const of = z.looseObject({ object: looseObject.nullable(), manager: text, expected }).parse(testCase);
        return expectEqual(ownsByUpdate(of.object ?? undefined, of.manager), of.expected);
      }
      default:
        return expectValue(fn, testCase);
    }
  },
};

function expectValue(fn: string, testCase: unknown): CaseResult {
  const of = z.looseObject({ expected, compare }).parse(testCase);
  const actual = valueOf(fn, testCase);
  if (actual === undefined) return failed(`no function for ${fn}`);
  if (of.compare === 'unordered') return expectEqual(asSet(actual.value), asSet(of.expected));
  return expectEqual(actual.value, of.expected);
}

function valueOf(fn: string, testCase: unknown): { readonly value: unknown } | undefined {
  const forObject = ofObject[fn];
  if (forObject !== undefined) return { value: forObject(z.looseObject({ object }).parse(testCase).object) };
  const forText = ofText[fn];
  if (forText !== undefined) {
    const names = z.looseObject({ input: text.optional(), helmHook: text.optional(), helmPolicy: text.optional() });
    const of = names.extend({ kind: text.optional() }).parse(testCase);
    return { value: forText(of.input ?? of.helmHook ?? of.helmPolicy ?? of.kind ?? '') };
  }
  const forTask = ofTask[fn];
  if (forTask !== undefined) {
    const of = z.looseObject({ task, policy: text.optional() }).parse(testCase);
    return { value: forTask(of.task, of.policy ?? '') };
  }
  const forTasks = ofTasks[fn];
  return forTasks === undefined ? undefined : { value: forTasks(z.looseObject({ tasks }).parse(testCase).tasks) };
}

function expectAnnotation(fn: string, testCase: unknown): CaseResult {
  const of = annotated.parse(testCase);
  if (fn === 'annotationValues')
    return expectEqual(asSet(orNull(annotationValues(of.object, of.key))), asSet(of.expected));
  if (fn === 'hasAnnotationOption')
    return expectEqual(hasAnnotationValue(of.object, of.key, of.value ?? ''), of.expected);
  return expectEqual(annotationOption(of.object, of.key, of.option ?? '') ?? null, of.expected);
}

function expectOrder(fn: string, testCase: unknown): CaseResult {
  const of = sorted.parse(testCase);
  const given = of.tasks.map((each): OrderedTask => ({
    phase: each.phase,
    wave: waveOf(objectOf(each)),
    target: each.targetObject,
    live: each.liveObject,
  }));
  const order = fn === 'tasks.sort' ? [...given].sort(compareTasks) : sortTasks(given);
  return allOf([
    expectEqual(
      order.map((each) => given.indexOf(each)),
      of.expected.order,
      'order',
    ),
    ...(of.expected.adjusted ?? []).map((adjusted) => {
      const moved = given[adjusted.task];
      return expectEqual({ task: adjusted.task, wave: moved?.wave, phase: moved?.phase }, adjusted, 'adjusted');
    }),
  ]);
}

function expectSync(testCase: unknown): CaseResult {
  const of = synced.parse(testCase);
  const plan = planSync({
    managed: of.resources.map(({ live, target }) => managedOf(target ?? undefined, live ?? undefined)),
    hooks: [],
    hookLives: new Map(),
    namespaceTask: undefined,
    project: {
      destinations: [{ server: '*', namespace: '*' }],
      clusterResourceWhitelist: [{ group: '*', kind: '*' }],
    },
    projectName: 'default',
    destination: { server: 'https://kubernetes.default.svc', name: 'in-cluster', namespace: 'fake-argocd-ns' },
    options: new SyncOptions(of.pruneLast === true ? ['PruneLast=true'] : []),
    prune: true,
    force: false,
    skipHooks: false,
    isSelected: undefined,
    revision: '',
    deletionApproved: false,
    startedAt: 0,
  });
  if (plan.kind === 'refused') return expectEqual(false, of.expected.successful, 'successful');
  const { successful, taskCount, lastWave, waves } = of.expected;
  const tasksByName = new Map([...plan.tasks.values()].map(({ task: each }) => [each.ref.name, each]));
  return allOf([
    expectEqual(true, successful, 'successful'),
    expectEqual(plan.tasks.size, taskCount, 'tasks'),
    ...(lastWave === undefined ? [] : [expectEqual(plan.plan.steps.at(-1)?.wave, lastWave, 'last wave')]),
    ...Object.entries(waves ?? {}).map(([name, wave]) =>
      expectEqual(tasksByName.get(name)?.wave, wave, `wave of ${name}`),
    ),
  ]);
}

function managedOf(target: KubernetesObject | undefined, live: KubernetesObject | undefined): ManagedObject {
  const either = target ?? live ?? nothing;
  const rules = { namespaced: either.kind !== 'Namespace', hasStatus: true, merge: undefined, types: undefined };
  return {
    ref: refOf(either),
    target: target === undefined ? undefined : { ref: refOf(target), object: target, rules },
    live,
    sync: 'OutOfSync',
    hook: false,
    requiresPruning: target === undefined,
    wave: waveOf(either),
    differences: [],
  };
}

const nothing: KubernetesObject = { apiVersion: '', kind: '', metadata: {} };

function objectOf(of: Task): KubernetesObject {
  return of.targetObject ?? of.liveObject ?? nothing;
}

function hookOf(of: Task) {
  return hookSpec(objectOf(of), of.phase);
}

function applyTaskOf(of: Task, id = 'task'): ApplyTask {
  const desired = objectOf(of);
  const hook = hookOf(of);
  return {
    id,
    ref: refOf(desired),
    phase: of.phase,
    wave: waveOf(desired),
    action: { kind: 'apply', strategy: 'client-side', desired, force: false, validate: true, skipDryRun: false },
    ...(hook === undefined ? {} : { hook }),
  };
}

function stepsIn(of: readonly Task[]) {
  return stepsOf(of.map((each, index) => applyTaskOf(each, String(index))));
}

/** What an operation of this one task does next. */
function turnOf(of: Task, result: TaskResult | undefined) {
  const plan = {
    steps: stepsOf([applyTaskOf(of)]),
    onFailure: [],
    dryRun: 'none' as const,
    beforeDryRun: [],
    deletionApproved: false,
  };
  const results = new Map(result === undefined ? [] : [['task', result]]);
  const isThere = of.liveObject !== undefined;
  return next(plan, { results, dryRunPassed: true }, () =>
    isThere ? { state: 'healthy', message: '', deleting: false } : { state: 'absent' },
  ).next;
}

function isCleared(of: Task): boolean {
  return turnOf(of, undefined).kind === 'clear';
}

function isRemoved(of: Task, outcome: 'succeeded' | 'failed'): boolean {
  const turn = turnOf(of, { status: outcome === 'failed' ? 'failed' : 'synced', phase: outcome, message: '' });
  return turn.kind === 'done' && turn.remove.length > 0;
}

/** Go's lists are null where nothing was put in. */
function orNull(list: readonly unknown[]): readonly unknown[] | null {
  return list.length === 0 ? null : list;
}

function asSet(value: unknown): unknown {
  return Array.isArray(value) ? [...(value as readonly unknown[])].sort() : value;
}
