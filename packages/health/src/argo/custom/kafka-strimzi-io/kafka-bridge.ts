import type { Check } from '../verdict.ts';
import { strimziReady } from './strimzi-ready.ts';

/** Health of a KafkaBridge of kafka.strimzi.io. */
export const kafkaBridgeHealth: Check = strimziReady('KafkaBridge');
