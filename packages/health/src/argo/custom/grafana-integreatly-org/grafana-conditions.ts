import { conditionsOf } from '../conditions.ts';
import { get, text, written, type Value } from '../value.ts';
import { degraded, judged, progressing, type Check } from '../verdict.ts';

/** What one condition adds to the message. */
function describe(condition: Value): string {
  const why = get(condition, 'reason');
  if (why === undefined) return '';
  const type = get(condition, 'type');
  if (type === undefined) return written(why);
  const message = get(condition, 'message');
  return message === undefined ? text`${why} for ${type}` : text`${why} for ${type} because ${message}`;
}

/** Health of what the Grafana operator puts into a Grafana: its conditions up to the first that is False. */
export const grafanaConditions: Check = (object) => {
  let verdict = progressing('');
  for (const condition of conditionsOf(object) ?? []) {
    const status = get(condition, 'status');
    if (status === undefined) continue;
    const before = verdict.message === '' ? '' : text`${verdict.message}, `;
    const message = `${before}${describe(condition)}`;
    if (status === 'False') return degraded(message);
    verdict = judged(status === 'True' ? 'Healthy' : verdict.status, message);
  }
  return verdict;
};
