import { valueTable } from '../value-table.ts';
import { get } from '../value.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

/** A kind of Keptn, called `name` in its messages: the outcome in a field of its status, which must be there. */
export function keptnOutcome(name: string, field = 'status'): Check {
  return valueTable(
    (object) => get(object, 'status', field),
    { Succeeded: healthy(`${name} is healthy`), Failed: degraded(`${name} is degraded`) },
    progressing(`${name} is progressing`),
  );
}
