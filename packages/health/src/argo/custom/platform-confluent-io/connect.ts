import type { Check } from '../verdict.ts';
import { confluentPhase } from './confluent-phase.ts';

/** Health of a Connect of platform.confluent.io. */
export const connectHealth: Check = confluentPhase('Connect');
