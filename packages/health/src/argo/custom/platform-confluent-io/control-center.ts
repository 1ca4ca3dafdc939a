import type { Check } from '../verdict.ts';
import { confluentPhase } from './confluent-phase.ts';

/** Health of a ControlCenter of platform.confluent.io. */
export const controlCenterHealth: Check = confluentPhase('ControlCenter');
