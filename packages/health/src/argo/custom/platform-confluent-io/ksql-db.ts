import type { Check } from '../verdict.ts';
import { confluentPhase } from './confluent-phase.ts';

/** Health of a KsqlDB of platform.confluent.io. */
export const ksqlDbHealth: Check = confluentPhase('KsqlDB');
