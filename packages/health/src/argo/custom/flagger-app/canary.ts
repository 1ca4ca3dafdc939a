import type { HealthCode } from '../../../health-status.ts';
import { get, isLess, list, numberOf, text, written } from '../value.ts';
import { judged, unknown, withStatus, type Check } from '../verdict.ts';

const SEPARATOR = ' --- ';
const codes: Readonly<Record<string, HealthCode>> = {
  Failed: 'Degraded',
  Progressing: 'Progressing',
  Finalising: 'Progressing',
  Promoting: 'Progressing',
  Succeeded: 'Healthy',
  Initialized: 'Healthy',
};

/** Health of a Flagger Canary: its phase; the message tells its weight and its conditions too. */
export const canaryHealth: Check = withStatus(unknown('No status'), (object) => {
  const status = get(object, 'status');
  const weight = get(status, 'canaryWeight');
  const parts = isLess(0, numberOf(weight)) ? [text`Canary Weight: ${weight} %`] : [];
  for (const condition of list(get(status, 'conditions'))) parts.push(written(get(condition, 'message')));
  const phase = written(get(status, 'phase'));
  const code = Object.hasOwn(codes, phase) ? codes[phase] : undefined;
  return judged(code ?? 'Unknown', `${phase}${SEPARATOR}${joinFilled(parts)}`);
});

/** Texts with separators; before the first one that is not empty there is none. */
function joinFilled(parts: readonly string[]): string {
  return parts.reduce((sum, part) => (sum === '' ? part : `${sum}${SEPARATOR}${part}`), '');
}
