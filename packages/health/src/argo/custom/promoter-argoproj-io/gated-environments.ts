import { count, get, isTrue, join, list, or, type Value } from '../value.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

/** What a gate says of the environments that it is for. */
export interface GateWords {
  /** Without environments. */
  readonly none: string;
  readonly failed: string;
  readonly pending: string;
  /** Before the count of environments that have passed. */
  readonly passed: string;
}

/** A gate of the GitOps Promoter: Degraded by branches that failed, Progressing by those that have not passed. */
export function gatedEnvironments(words: GateWords): Check {
  return (object) => {
    const told = get(object, 'status', 'environments');
    if (!isTrue(told) || count(told) === 0) return healthy(words.none);
    const branches: Record<'failure' | 'pending' | 'success', Value[]> = { failure: [], pending: [], success: [] };
    for (const environment of list(told)) {
      const phase = get(environment, 'phase');
      const group = phase === 'failure' || phase === 'success' ? phase : 'pending';
      branches[group].push(or(get(environment, 'branch'), '?'));
    }
    const { failure, pending, success } = branches;
    if (failure.length > 0) return degraded(`${words.failed} for branch(es): ${join(failure, ', ')}`);
    if (pending.length > 0) return progressing(`${words.pending} for branch(es): ${join(pending, ', ')}`);
    return healthy(`${words.passed} for ${success.length} environment(s)`);
  };
}
