import { generationOf } from './generation.ts';
import { get, list, or, peek, text, type Value } from './value.ts';
import { degraded, healthy, progressing, type Check, type Verdict } from './verdict.ts';

/** How a kind of policy reads what its ancestors (the Gateways it is for) tell. */
export interface AncestorRules {
  /** Whether a condition that tells no generation counts as one of an older generation. */
  readonly needsGeneration: boolean;
  /** Whether an ancestor that has not told `Accepted` counts as refusing, until a later one accepts. */
  readonly needsAccepted: boolean;
}

function nameOf(ancestor: Value): Value {
  return or(get(ancestor, 'ancestorRef', 'name'), '');
}

function isStale(condition: Value, generation: Value, { needsGeneration }: AncestorRules): boolean {
  const seen = get(condition, 'observedGeneration');
  return seen === undefined ? needsGeneration : seen !== generation;
}

/** The verdict that an ancestor ends the check with, or the one that stands until a later ancestor speaks. */
function byAncestor(ancestor: Value, kind: string, before: Verdict, rules: AncestorRules) {
  let verdict = before;
  let hasAccepted = false;
  for (const condition of list(get(ancestor, 'conditions'))) {
    const type = get(condition, 'type');
    const isAccepted = type === 'Accepted';
    if (isAccepted) hasAccepted = true;
    if ((isAccepted || type === 'ResolvedRefs') && get(condition, 'status') !== 'True') {
      return { ends: true, verdict: degraded(text`Ancestor ${nameOf(ancestor)}: ${get(condition, 'message')}`) };
    }
    if (isAccepted) verdict = healthy(`${kind} is healthy`);
  }
  if (rules.needsAccepted && !hasAccepted) {
    verdict = degraded(text`Ancestor ${nameOf(ancestor)}: ${kind} is not accepted`);
  }
  return { ends: false, verdict };
}

/** A policy of the Gateway API: every ancestor must have seen this generation, and have accepted it. */
export function policyAncestors(rules: AncestorRules): Check {
  return (object) => {
    const { kind } = object;
    let verdict = progressing(`Waiting for ${kind} status`);
    const told = peek(object, 'status', 'ancestors');
    if (told === undefined) return verdict;
    const ancestors = list(told);
    const generation = generationOf(object);
    if (generation !== undefined) {
      for (const ancestor of ancestors) {
        const stale = list(get(ancestor, 'conditions')).some((condition) => isStale(condition, generation, rules));
        if (stale) return progressing(text`Waiting for Ancestor ${nameOf(ancestor)} to update ${kind} status`);
      }
    }
    for (const ancestor of ancestors) {
      const next = byAncestor(ancestor, kind, verdict, rules);
      verdict = next.verdict;
      if (next.ends) return verdict;
    }
    return verdict;
  };
}
