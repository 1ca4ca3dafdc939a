import { valueTable } from '../value-table.ts';
import { text } from '../value.ts';
import { degraded, healthy, progressing, withStatus, type Check } from '../verdict.ts';

/** Health of an ObjectBucketClaim of objectbucket.io. */
export const objectBucketClaimHealth: Check = withStatus(
  progressing('Waiting for status to be reported'),
  valueTable(
    ['status', 'phase'],
    {
      Bound: healthy('Object bucket claim phase is Bound'),
      Failed: degraded('Object bucket claim phase is Failed'),
    },
    progressing('Waiting for phase to be reported'),
    (phase) => progressing(text`Object bucket claim phase is ${phase}`),
  ),
);
