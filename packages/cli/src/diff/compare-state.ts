import { applyClientSide, applyServerSide } from '@capstan/apply';
import { RuleBook, type KindRules } from '@capstan/controllers';
import { comparable, predictServerSide } from '@capstan/diff';
import { isCapstanError } from '@capstan/errors';
import type { KubeClient } from '@capstan/kube';
import {
  deepEqual,
  gvkOf,
  refKey,
  refOf,
  withLastApplied,
  type JsonObject,
  type KubernetesObject,
  type VersionedRef,
} from '@capstan/object';
import type { DesiredState } from './desired-state.ts';

/** What would become of an object. `kept` is no longer wanted, and stays because nothing prunes it. */
export interface ObjectChange {
  readonly ref: VersionedRef;
  readonly change: 'create' | 'update' | 'delete' | 'kept' | 'none' | 'unknown kind';
  readonly before?: JsonObject;
  readonly after?: JsonObject;
}

/** Objects that are compared at a time. */
const AT_ONCE = 6;

/**
 * What would become of the cluster if a state were applied now. Every change is tried out by the server in a dry-run, so
 * that defaults and webhooks are no difference; nothing is written. Throws KUBE_*.
 */
export async function compareState(client: KubeClient, state: DesiredState): Promise<readonly ObjectChange[]> {
  const rules = new RuleBook(client.discovery);
  const changes: ObjectChange[] = [];
  const placed: ObjectChange[] = [];
  for (let start = 0; start < state.objects.length; start += AT_ONCE) {
    const some = state.objects.slice(start, start + AT_ONCE);
    placed.push(...(await Promise.all(some.map((object) => compareObject(client, rules, state, object)))));
  }
  changes.push(...placed);
  const wanted = new Set(placed.map(({ ref }) => refKey(ref)));
  for (const ref of state.inventory) {
    if (wanted.has(refKey(ref))) continue;
    const live = await client.find(ref);
    if (live === undefined) continue;
    changes.push(state.prunes ? { ref, change: 'delete', before: comparable(live) } : { ref, change: 'kept' });
  }
  return changes;
}

async function compareObject(
  client: KubeClient,
  book: RuleBook,
  state: DesiredState,
  wanted: KubernetesObject,
): Promise<ObjectChange> {
  const rules = await rulesOf(book, wanted);
  if (rules === undefined) return { ref: refOf(wanted), change: 'unknown kind', after: comparable(wanted) };
  const desired = rules.namespaced ? inNamespace(wanted, state.namespace) : wanted;
  const ref = rules.namespaced ? refOf(desired) : { ...refOf(desired), namespace: '' };
  const live = await client.find(ref);
  if (live === undefined) return { ref, change: 'create', after: comparable(await created(client, desired)) };
  const after = comparable(await applied(client, state, desired, live, rules));
  const before = comparable(live);
  return deepEqual(before, after) ? { ref, change: 'none' } : { ref, change: 'update', before, after };
}

async function applied(
  client: KubeClient,
  { strategy }: Pick<DesiredState, 'strategy'>,
  desired: KubernetesObject,
  live: KubernetesObject,
  rules: KindRules,
): Promise<KubernetesObject> {
  const context = { manager: strategy.manager, signal: new AbortController().signal, dryRun: true };
  if (strategy.kind === 'client-side') {
    const outcome = await applyClientSide(client, desired, live, rules.merge, context);
    return 'object' in outcome && outcome.object !== undefined ? outcome.object : live;
  }
  const { takeover, ignore } = strategy;
  const prediction = predictServerSide(desired, live, {
    manager: strategy.manager,
    types: rules.types,
    isCustom: rules.merge === undefined,
    hasStatus: rules.hasStatus,
    now: new Date(),
    ...(takeover === undefined ? {} : { takeover }),
  });
  if (prediction.verdict === 'unchanged') return live;
  const predicted = prediction.verdict === 'update' ? prediction.predicted : desired;
  const base = prediction.verdict === 'create' ? live : (prediction.takeover?.object ?? live);
  const kept = ignore?.keep({ desired, live: base, predicted }) ?? desired;
  if (kept !== desired) return applied(client, { strategy: { ...strategy, ignore: undefined } }, kept, live, rules);
  // The server cannot try out a takeover and an apply in one: where fields would be taken over, the prediction stands.
  if (prediction.verdict === 'update' && prediction.takeover !== undefined) return prediction.predicted;
  const outcome = await applyServerSide(client, desired, live, undefined, context);
  return 'object' in outcome && outcome.object !== undefined ? outcome.object : live;
}

function inNamespace(object: KubernetesObject, namespace: string | undefined): KubernetesObject {
  if (namespace === undefined || refOf(object).namespace !== '') return object;
  return { ...object, metadata: { ...object.metadata, namespace } };
}

/** An object that is not there yet, as the server would make it; as it is wanted where its namespace is still to come. */
async function created(client: KubeClient, desired: KubernetesObject): Promise<KubernetesObject> {
  try {
    return await client.create(withLastApplied(desired), { dryRun: true });
  } catch (error) {
    if (isCapstanError(error, 'KUBE_NOT_FOUND')) return desired;
    throw error;
  }
}

async function rulesOf(book: RuleBook, object: KubernetesObject): Promise<KindRules | undefined> {
  try {
    return await book.rulesFor(gvkOf(object));
  } catch (error) {
    if (isCapstanError(error, 'KUBE_KIND_UNKNOWN')) return undefined;
    throw error;
  }
}
