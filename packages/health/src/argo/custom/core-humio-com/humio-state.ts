import { valueTable } from '../value-table.ts';
import { degraded, healthy, missing, progressing, unknown, type Check } from '../verdict.ts';

/** Health of what is made in a Humio cluster: its state. */
export const humioState: Check = valueTable(
  ['status', 'state'],
  {
    Exists: healthy('Component state: Exists.'),
    NotFound: missing('Component state: NotFound.'),
    ConfigError: degraded('Component state: ConfigError.'),
    Unknown: unknown('Component state: Unknown.'),
  },
  progressing('Update in progress'),
);
