import { ready } from '../conditions.ts';
import type { Check } from '../verdict.ts';

/** Health of an Integration of camel.apache.org. */
export const integrationHealth: Check = ready('Waiting for Integration');
