import type { KubernetesObject } from '@capstan/object';
import { matches } from '../conditions.ts';
import { lagsBehind } from '../generation.ts';
import { fields, get, isTrue, list, or, text, type Value } from '../value.ts';
import { degraded, progressing, type Check, type Verdict } from '../verdict.ts';

/** What a kind of the GitOps Promoter says of itself until it is ready. */
export interface Readiness {
  /** Which conditions tell; `Ready` when absent. */
  readonly types?: readonly string[];
  /** Without a status. */
  readonly initializing: string;
  readonly deleting: string;
  /** For each finalizer of the Promoter: what it waits for, and what taking it off by hand would risk. */
  readonly finalizers?: Readonly<Record<string, { readonly wait: string; readonly risk: string }>>;
  /** What has not been observed yet. */
  readonly called: string;
  /** Not ready, because the reconciliation failed. */
  readonly failed: string;
  /** Not ready, for another reason. */
  readonly notReady: string;
  /** Not known; none: such a condition does not count. */
  readonly unclear?: string;
  /** Without a condition that tells. */
  readonly untold: string;
}

function deletionMessage(object: KubernetesObject, { deleting, finalizers }: Readiness): string {
  const held = get(object, 'metadata', 'finalizers');
  if (finalizers === undefined || !isTrue(held)) return deleting;
  const notes = list(held).flatMap((one) => {
    const name = typeof one === 'string' && Object.hasOwn(finalizers, one) ? one : '';
    const known = finalizers[name];
    return known === undefined ? [] : [`${name}: ${known.wait} Risk if removed manually: ${known.risk}`];
  });
  return [deleting, ...notes].join(' ');
}

function byCondition(object: KubernetesObject, condition: Value, words: Readiness): Verdict | undefined {
  const { observedGeneration, status, message, reason } = fields(
    condition,
    'observedGeneration',
    'status',
    'message',
    'reason',
  );
  if (lagsBehind(object, observedGeneration)) {
    return progressing(`Waiting for ${words.called} spec update to be observed`);
  }
  const why = or(reason, 'Unknown');
  if (status === 'False') {
    const told = or(message, 'Unknown error');
    if (why === 'ReconciliationError') return degraded(text`${words.failed}: ${told}`);
    return degraded(text`${words.notReady} (${why}): ${told}`);
  }
  if (status !== 'Unknown' || words.unclear === undefined) return undefined;
  return progressing(text`${words.unclear} (${why}): ${or(message, 'Unknown')}`);
}

/** A kind of the GitOps Promoter: what keeps it from being ready; once nothing does, `check`. */
export function onceReady(words: Readiness, check: Check): Check {
  const { types = ['Ready'] } = words;
  return (object) => {
    if (isTrue(get(object, 'metadata', 'deletionTimestamp'))) return progressing(deletionMessage(object, words));
    const status = get(object, 'status');
    if (!isTrue(status)) return progressing(words.initializing);
    let isTold = false;
    for (const condition of list(or(get(status, 'conditions'), []))) {
      if (!matches(condition, { type: types })) continue;
      isTold = true;
      const verdict = byCondition(object, condition, words);
      if (verdict !== undefined) return verdict;
    }
    return isTold ? check(object) : progressing(words.untold);
  };
}
