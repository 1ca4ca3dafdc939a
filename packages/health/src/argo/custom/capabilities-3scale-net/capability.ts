import type { HealthCode } from '../../../health-status.ts';
import { firstCondition, on, ownOr, type Rule } from '../conditions.ts';
import { progressing, type Check } from '../verdict.ts';

/** A kind of 3scale, called `name` in its messages, whose rules are for conditions that are True. */
export function capability(name: string, rules: readonly Rule[]): Check {
  return firstCondition(rules, progressing(`Waiting for 3scale ${name} status...`));
}

/** A rule for a condition that is True, with its own message or else `fallback`. */
export function whileTrue(type: string, code: HealthCode, fallback: string): Rule {
  return on(type, 'True', code, ownOr(fallback));
}
