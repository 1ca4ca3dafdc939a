import type { GroupChecks } from '../verdict.ts';
import { alertHealth } from './alert.ts';
import { recordingRuleGroupSetHealth } from './recording-rule-group-set.ts';

/** The health checks of coralogix.com. */
export const coralogixComChecks: GroupChecks = {
  group: 'coralogix.com',
  kinds: {
    Alert: alertHealth,
    RecordingRuleGroupSet: recordingRuleGroupSetHealth,
  },
};
