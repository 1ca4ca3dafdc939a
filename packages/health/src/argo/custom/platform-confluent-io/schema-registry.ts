import type { Check } from '../verdict.ts';
import { confluentPhase } from './confluent-phase.ts';

/** Health of a SchemaRegistry of platform.confluent.io. */
export const schemaRegistryHealth: Check = confluentPhase('SchemaRegistry');
