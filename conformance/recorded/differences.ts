import type { Difference } from './compare.ts';
import type { Placeholders } from './placeholders.ts';
import type { Scenario, Step } from './scenario.ts';

/** A difference from upstream that is meant. `entry` is its heading in `docs/differences.md`. */
interface Purpose {
  readonly entry: string;
  readonly system: Scenario['system'];
  /** Which places of a snapshot it concerns. */
  readonly path: RegExp;
  /** Only in these scenarios; in all when absent. */
  readonly scenarios?: readonly string[];
}

const purposes: readonly Purpose[] = [];

/** Whether a difference is one on purpose. */
export function isOnPurpose(scenario: Scenario, _step: Step, difference: Difference, _known: Placeholders): boolean {
  return purposes.some(
    ({ system, path, scenarios }) =>
      system === scenario.system &&
      path.test(difference.path) &&
      (scenarios === undefined || scenarios.includes(scenario.name)),
  );
}
