import { applyClientSide, type WriteContext } from '@capstan/apply';
import {
  answeredSides,
  clientSideDifferences,
  comparable,
  differencesBetween,
  planClientSide,
  predictServerSide,
  type Takeover,
  type ValueDifference,
} from '@capstan/diff';
import { isCapstanError } from '@capstan/errors';
import {
  canonicalJson,
  deepEqual,
  digestJson,
  lastAppliedOf,
  LAST_APPLIED_ANNOTATION,
  refKey,
  type KubernetesObject,
  type ObjectRef,
} from '@capstan/object';
import type { Cluster } from '../../runtime/cluster.ts';
import type { KindRules } from '../../runtime/kind-rules.ts';
import { APPLY_MANAGER } from '../names.ts';
import type { CanonicalForms } from './canonical-forms.ts';
import { comparableTarget, type Target } from './targets.ts';

/** What comparing needs besides the objects. */
export interface CompareContext {
  readonly cluster: Cluster;
  readonly forms: CanonicalForms;
  readonly memo: CompareMemo;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly caller: string;
}

/** Fields of kubectl's client-side apply become ours when an object is first applied server-side. */
export const serverSideTakeover: Takeover = {
  manager: APPLY_MANAGER,
  from: [{ prefix: 'kubectl-client-side-apply', operation: 'Update' }],
  dropAnnotations: [LAST_APPLIED_ANNOTATION],
  dropLabels: [],
};

const MAX_MEMO = 100_000;

/** The last comparison of each object, so that an event about one object does not compare all others again. */
export class CompareMemo {
  readonly #last = new Map<string, { readonly key: string; readonly differences: readonly ValueDifference[] }>();

  get(ref: ObjectRef, key: string): readonly ValueDifference[] | undefined {
    const last = this.#last.get(refKey(ref));
    return last?.key === key ? last.differences : undefined;
  }

  set(ref: ObjectRef, key: string, differences: readonly ValueDifference[]): void {
    const at = refKey(ref);
    this.#last.delete(at);
    this.#last.set(at, { key, differences });
    if (this.#last.size <= MAX_MEMO) return;
    const [oldest] = this.#last.keys();
    if (oldest !== undefined) this.#last.delete(oldest);
  }
}

/**
 * Where a live object differs from what Git wants of it: Git's fields three-way on the live object, or as a server-side
 * apply would make it. A difference that Git's last change does not explain is confirmed once by a dry-run.
 */
export async function compareObject(
  target: Target,
  live: KubernetesObject,
  serverSide: boolean,
  context: CompareContext,
): Promise<readonly ValueDifference[]> {
  const { rules } = target;
  if (rules === undefined) return [{ path: [], left: target.object.kind }];
  const desired = comparableTarget(target.object);
  const { uid, resourceVersion } = live.metadata;
  const key = canonicalJson([uid ?? null, resourceVersion ?? null, serverSide, digestJson(desired)]);
  const known = context.memo.get(target.ref, key);
  if (known !== undefined) return known;
  const differences = serverSide
    ? await compareServerSide(target, desired, live, rules, context)
    : await compareClientSide(target, desired, live, rules, context);
  context.memo.set(target.ref, key, differences);
  return differences;
}

async function compareClientSide(
  target: Target,
  desired: KubernetesObject,
  live: KubernetesObject,
  rules: KindRules,
  context: CompareContext,
): Promise<readonly ValueDifference[]> {
  const differences = clientSideDifferences(planClientSide(desired, live, rules.merge), live);
  const remaining = context.forms.remaining(target.ref, desired, differences);
  if (remaining.length === 0 || !isAsLastApplied(target.object, live)) return remaining;
  if (context.forms.isKnownToDiffer(target.ref, desired, live)) return remaining;
  const options = writeContext(context);
  const answer = await tryOut(() => applyClientSide(context.cluster.client, target.object, live, rules.merge, options));
  if (answer === undefined) return remaining;
  if (differsFrom(answer, live)) {
    context.forms.learnDifferent(target.ref, desired, live);
    return remaining;
  }
  context.forms.learn(target.ref, desired, differences);
  return context.forms.remaining(target.ref, desired, differences);
}

async function compareServerSide(
  target: Target,
  desired: KubernetesObject,
  live: KubernetesObject,
  rules: KindRules,
  context: CompareContext,
): Promise<readonly ValueDifference[]> {
  const prediction = predictServerSide(desired, live, {
    manager: APPLY_MANAGER,
    types: rules.types,
    isCustom: rules.merge === undefined,
    hasStatus: rules.hasStatus,
    now: new Date(context.now()),
  });
  if (prediction.verdict === 'unchanged' || prediction.verdict === 'create') return [];
  const differences = prediction.verdict === 'update' ? prediction.differences : undefined;
  const remaining = differences === undefined ? undefined : context.forms.remaining(target.ref, desired, differences);
  if (remaining?.length === 0) return [];
  if (context.forms.isKnownToDiffer(target.ref, desired, live)) return remaining ?? [{ path: [] }];
  const answer = await tryOut(async () => ({
    action: 'applied' as const,
    object: await context.cluster.client.apply(desired, {
      fieldManager: APPLY_MANAGER,
      force: true,
      dryRun: true,
      signal: context.signal,
      caller: context.caller,
    }),
  }));
  if (answer === undefined) return remaining ?? [{ path: [] }];
  if (differsInOurs(answer, live, rules, new Date(context.now()))) {
    context.forms.learnDifferent(target.ref, desired, live);
    return remaining ?? differencesBetween(comparable(answer), comparable(live));
  }
  context.forms.learn(target.ref, desired, differences ?? []);
  return [];
}

/** What the server answered to an apply is the baseline of later comparisons. */
export function learnAnswer(
  target: Target,
  answer: KubernetesObject,
  serverSide: boolean,
  context: Pick<CompareContext, 'forms' | 'now'>,
): void {
  const { rules } = target;
  if (rules === undefined) return;
  const desired = comparableTarget(target.object);
  if (!serverSide) {
    const differences = clientSideDifferences(planClientSide(desired, answer, rules.merge), answer);
    if (differences.length > 0) context.forms.learn(target.ref, desired, differences);
    return;
  }
  const prediction = predictServerSide(desired, answer, {
    manager: APPLY_MANAGER,
    types: rules.types,
    isCustom: rules.merge === undefined,
    hasStatus: rules.hasStatus,
    now: new Date(context.now()),
  });
  if (prediction.verdict === 'update') context.forms.learn(target.ref, desired, prediction.differences);
}

/** The context of a write that stores nothing. */
function writeContext(context: CompareContext): WriteContext {
  return { manager: APPLY_MANAGER, signal: context.signal, dryRun: true, caller: context.caller };
}

/** What the server would make of it; undefined where it refuses, which is for the sync to report. */
async function tryOut(
  run: () => Promise<{ readonly action: string; readonly object?: KubernetesObject }>,
): Promise<KubernetesObject | undefined> {
  try {
    return (await run()).object;
  } catch (error) {
    if (isCapstanError(error) && error.retry !== 'transient') return undefined;
    throw error;
  }
}

function differsFrom(answer: KubernetesObject, live: KubernetesObject): boolean {
  return !deepEqual(comparable(answer), comparable(live));
}

/** Whether an answer differs in fields that are ours: what webhooks add to every write would never go away. */
function differsInOurs(answer: KubernetesObject, live: KubernetesObject, rules: KindRules, now: Date): boolean {
  if (rules.types === undefined || !differsFrom(answer, live)) return differsFrom(answer, live);
  const { merge, types, hasStatus } = rules;
  const side = { manager: APPLY_MANAGER, merge, types, isCustom: merge === undefined, hasStatus, now };
  return answeredSides(answer, live, 'hidden', side).modified;
}

/** Whether Git says what it said when the object was applied last: then a difference is drift, or another spelling. */
function isAsLastApplied(desired: KubernetesObject, live: KubernetesObject): boolean {
  const last = lastAppliedOf(live);
  if (Object.keys(last).length === 0) return false;
  const { metadata, ...rest } = desired;
  const { metadata: lastMetadata, ...lastRest } = last;
  return deepEqual(rest, lastRest) && deepEqual({ annotations: {}, ...metadata }, lastMetadata ?? {});
}
