import type { Check } from '../verdict.ts';
import { remoteSynced } from './remote-synced.ts';

/** Health of a RecordingRuleGroupSet of coralogix.com. */
export const recordingRuleGroupSetHealth: Check = remoteSynced;
