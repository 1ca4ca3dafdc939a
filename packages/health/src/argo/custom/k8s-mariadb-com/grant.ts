import type { Check } from '../verdict.ts';
import { mariadbReady } from './mariadb-ready.ts';

/** Health of a Grant of k8s.mariadb.com. */
export const grantHealth: Check = mariadbReady;
