import type { Check } from '../verdict.ts';
import { remoteSynced } from './remote-synced.ts';

/** Health of an Alert of coralogix.com. */
export const alertHealth: Check = remoteSynced;
