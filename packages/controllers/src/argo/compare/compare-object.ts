import { valueDigest } from '../../runtime/digest.ts';
import { applyClientSide, type WriteContext } from '@capstan/apply';
import {
  answeredSides,
  clientSideDifferences,
  comparable,
  differencesBetween,
  planClientSide,
  predictServerSide,
  type ComparedPair,
  type ServerSidePrediction,
  type SideRules,
  type Takeover,
  type ValueDifference,
} from '@capstan/diff';
import { CapstanError, isCapstanError, messageOf } from '@capstan/errors';
import {
  canonicalJson,
  deepEqual,
  lastAppliedOf,
  LAST_APPLIED_ANNOTATION,
  refKey,
  type KubernetesObject,
  type ObjectRef,
} from '@capstan/object';
import type { Cluster } from '../../runtime/cluster.ts';
import type { Confirmations } from '../../runtime/confirmations.ts';
import type { KindRules } from '../../runtime/kind-rules.ts';
import type { Judge } from '../health/judge.ts';
import { APPLY_MANAGER } from '../names.ts';
import type { CanonicalForms } from './canonical-forms.ts';
import { comparedPair, keepsStatus } from './compared-pair.ts';
import type { CompareRules } from './compare-rules.ts';
import type { Target } from './targets.ts';

/** What comparing needs besides the objects. */
export interface CompareContext {
  /** The cluster, as whoever syncs. */
  readonly cluster: Cluster;
  /** Why there is nobody as whom anything could be tried out; undefined where there is somebody. */
  readonly noRights?: string;
  readonly forms: CanonicalForms;
  readonly memo: CompareMemo;
  /** What dry-runs of server-side diffs have shown to be no difference. */
  readonly confirmations: Confirmations;
  /** How objects are compared. Throws EXPRESSION_INVALID. */
  readonly rules: () => CompareRules;
  /** How objects are. */
  readonly judge: Judge;
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
 * Where a live object differs from what Git wants of it: Git's fields three-way on the live object, as a server-side
 * apply would make it, or as the server says that it would. A difference that Git's last change does not explain is
 * confirmed once by a dry-run. Throws EXPRESSION_INVALID, and DIFF_FAILED where the server refuses to say.
 */
export async function compareObject(
  target: Target,
  live: KubernetesObject,
  serverSide: boolean,
  context: CompareContext,
): Promise<readonly ValueDifference[]> {
  const kind = target.rules;
  if (kind === undefined) return [{ path: [], left: target.object.kind }];
  const rules = context.rules();
  const { uid, resourceVersion } = live.metadata;
  const key = canonicalJson([uid ?? null, resourceVersion ?? null, serverSide, valueDigest(target.object), rules.key]);
  const known = context.memo.get(target.ref, key);
  if (known !== undefined) return known;
  const pair = await comparedPair(target, live, rules, context.cluster, context.signal);
  const compared: Compared = { target, live, pair, kind, rules };
  const differences = rules.serverSideDiff
    ? await compareByServer(compared, context)
    : serverSide
      ? await compareServerSide(compared, context)
      : await compareClientSide(compared, context);
  context.memo.set(target.ref, key, differences);
  return differences;
}

/** An object that is compared: as it is, and as it is held against Git. */
interface Compared {
  readonly target: Target;
  readonly live: KubernetesObject;
  readonly pair: ComparedPair;
  readonly kind: KindRules;
  readonly rules: CompareRules;
}

async function compareClientSide(
  { target, live, pair, kind, rules }: Compared,
  context: CompareContext,
): Promise<readonly ValueDifference[]> {
  const { desired } = pair;
  const status = keepsStatus(target.object, rules);
  const differences = clientSideDifferences(planClientSide(desired, pair.live, kind.merge), pair.live, { status });
  const remaining = context.forms.remaining(target.ref, desired, differences);
  if (remaining.length === 0 || !isAsLastApplied(target.object, live)) return remaining;
  if (context.forms.isKnownToDiffer(target.ref, desired, pair.live)) return remaining;
  const options = writeContext(context);
  const answer = await tryOut(context, () =>
    applyClientSide(context.cluster.client, target.object, live, kind.merge, options),
  );
  if (answer === undefined) return remaining;
  const answered = await comparedPair(target, answer, rules, context.cluster, context.signal);
  if (differsFrom(answered.live, pair.live)) {
    context.forms.learnDifferent(target.ref, desired, pair.live);
    return remaining;
  }
  context.forms.learn(target.ref, desired, differences);
  return context.forms.remaining(target.ref, desired, differences);
}

async function compareServerSide(
  { target, pair, kind, rules }: Compared,
  context: CompareContext,
): Promise<readonly ValueDifference[]> {
  const { desired } = pair;
  const prediction = predict(desired, pair.live, kind, context);
  if (prediction.verdict === 'unchanged' || prediction.verdict === 'create') return [];
  const differences = prediction.verdict === 'update' ? prediction.differences : undefined;
  const remaining = differences === undefined ? undefined : context.forms.remaining(target.ref, desired, differences);
  if (remaining?.length === 0) return [];
  if (context.forms.isKnownToDiffer(target.ref, desired, pair.live)) return remaining ?? [{ path: [] }];
  const answer = await tryOut(context, async () => ({ action: 'applied', object: await dryRun(desired, context) }));
  if (answer === undefined) return remaining ?? [{ path: [] }];
  const answered = (await comparedPair(target, answer, rules, context.cluster, context.signal)).live;
  if (differsInOurs(withOwnership(answered, answer), pair.live, kind, context)) {
    context.forms.learnDifferent(target.ref, desired, pair.live);
    return remaining ?? differencesBetween(comparable(answered), comparable(pair.live));
  }
  context.forms.learn(target.ref, desired, differences ?? []);
  return [];
}

/**
 * As the server says that a server-side apply would make it (`ServerSideDiff=true`). It is not asked where the structured
 * merge already tells that nothing would change, nor twice about the same two objects.
 */
async function compareByServer(
  { target, live, kind, rules }: Compared,
  context: CompareContext,
): Promise<readonly ValueDifference[]> {
  const { object, ref } = target;
  if (rules.mutations === 'hidden' && predict(object, live, kind, context).verdict === 'unchanged') return [];
  if (context.confirmations.holds(ref, object, live)) return [];
  const answer = await answerOf(target, context);
  const pairs = await Promise.all(
    [answer, live].map((side) => comparedPair(target, side, rules, context.cluster, context.signal)),
  );
  const [compared, current] = pairs.map((pair, index) => withOwnership(pair.live, index === 0 ? answer : live));
  if (compared === undefined || current === undefined) return [];
  const sides = answeredSides(compared, current, rules.mutations, sideRules(kind, context));
  if (sides.modified) return differencesBetween(sides.predicted, sides.live);
  context.confirmations.learn(ref, object, live);
  return [];
}

async function answerOf({ object, ref }: Target, context: CompareContext): Promise<KubernetesObject> {
  const { noRights } = context;
  if (noRights !== undefined)
    throw new CapstanError(
      'DIFF_FAILED',
      `failed to calculate diff: error calculating server side diff: serverSideDiff error: ${noRights}`,
    );
  try {
    return await dryRun(object, context);
  } catch (error) {
    if (context.signal.aborted || !isCapstanError(error) || error.retry === 'transient') throw error;
    const message = `error running server side apply in dryrun mode for resource ${ref.kind}/${ref.name}: ${messageOf(error)}`;
    throw new CapstanError(
      'DIFF_FAILED',
      `failed to calculate diff: error calculating server side diff: serverSideDiff error: ${message}`,
      { cause: error },
    );
  }
}

function dryRun(desired: KubernetesObject, context: CompareContext): Promise<KubernetesObject> {
  const { signal, caller } = context;
  return context.cluster.client.apply(desired, {
    fieldManager: APPLY_MANAGER,
    force: true,
    dryRun: true,
    signal,
    caller,
  });
}

function predict(
  desired: KubernetesObject,
  live: KubernetesObject,
  kind: KindRules,
  context: Pick<CompareContext, 'now'>,
): ServerSidePrediction {
  const { merge, types, hasStatus } = kind;
  const now = new Date(context.now());
  return predictServerSide(desired, live, {
    manager: APPLY_MANAGER,
    types,
    isCustom: merge === undefined,
    hasStatus,
    now,
  });
}

/** What the server answered to an apply is the baseline of later comparisons. */
export async function learnAnswer(
  target: Target,
  answer: KubernetesObject,
  serverSide: boolean,
  context: CompareContext,
): Promise<void> {
  const { rules: kind, ref } = target;
  if (kind === undefined) return;
  const { desired, live } = await comparedPair(target, answer, context.rules(), context.cluster, context.signal);
  if (!serverSide) {
    const differences = clientSideDifferences(planClientSide(desired, live, kind.merge), live);
    if (differences.length > 0) context.forms.learn(ref, desired, differences);
    return;
  }
  const prediction = predict(desired, live, kind, context);
  if (prediction.verdict === 'update') context.forms.learn(ref, desired, prediction.differences);
}

/** The context of a write that stores nothing. */
function writeContext(context: CompareContext): WriteContext {
  return { manager: APPLY_MANAGER, signal: context.signal, dryRun: true, caller: context.caller };
}

/** What the server would make of it; undefined where it refuses, or nobody may ask, which is for the sync to report. */
async function tryOut(
  { noRights }: Pick<CompareContext, 'noRights'>,
  run: () => Promise<{ readonly action: string; readonly object?: KubernetesObject }>,
): Promise<KubernetesObject | undefined> {
  if (noRights !== undefined) return undefined;
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
function differsInOurs(
  answer: KubernetesObject,
  live: KubernetesObject,
  kind: KindRules,
  context: CompareContext,
): boolean {
  if (kind.types === undefined || !differsFrom(answer, live)) return differsFrom(answer, live);
  return answeredSides(answer, live, 'hidden', sideRules(kind, context)).modified;
}

function sideRules({ merge, types, hasStatus }: KindRules, context: CompareContext): SideRules {
  const now = new Date(context.now());
  return { manager: APPLY_MANAGER, merge, types, isCustom: merge === undefined, hasStatus, now };
}

// What is ignored may have been bookkeeping; who owns what is still told by the object itself.
function withOwnership(compared: KubernetesObject, object: KubernetesObject): KubernetesObject {
  const { managedFields } = object.metadata;
  return managedFields === undefined ? compared : { ...compared, metadata: { ...compared.metadata, managedFields } };
}

/** Whether Git says what it said when the object was applied last: then a difference is drift, or another spelling. */
function isAsLastApplied(desired: KubernetesObject, live: KubernetesObject): boolean {
  const last = lastAppliedOf(live);
  if (Object.keys(last).length === 0) return false;
  const { metadata, ...rest } = desired;
  const { metadata: lastMetadata, ...lastRest } = last;
  return deepEqual(rest, lastRest) && deepEqual({ annotations: {}, ...metadata }, lastMetadata ?? {});
}
