import { ready } from '../conditions.ts';
import type { Check } from '../verdict.ts';

/** Health of an OnePasswordItem of onepassword.com. */
export const onePasswordItemHealth: Check = ready('Waiting for controller to report status');
