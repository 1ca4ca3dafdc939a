import { get, text } from '../value.ts';
import { degraded, healthy, progressing, unknown, withStatus, type Check } from '../verdict.ts';

const UNKNOWN =
  'Elastic Beat status is unknown. Ensure your ArgoCD is current and then check for/file a bug report: ' +
  'https://github.com/argoproj/argo-cd/issues';
const deploying = progressing('Elastic Beat phase is progressing');

/** Health of an Elastic Beat: its colour. */
export const beatHealth: Check = withStatus(unknown(UNKNOWN), (object) => {
  const status = get(object, 'status');
  const colour = get(status, 'health');
  const available = get(status, 'availableNodes');
  const expected = get(status, 'expectedNodes');
  if (colour === undefined) return expected === undefined ? unknown(UNKNOWN) : deploying;
  if (colour === 'red') return degraded('Elastic Beat status is Red');
  if (colour === 'green') return healthy('Elastic Beat status is Green');
  if (colour !== 'yellow') return unknown(UNKNOWN);
  if (available === undefined || expected === undefined) return deploying;
  return progressing(text`Elastic Beat status is deploying, there is ${available} instance(s) on ${expected} expected`);
});
