import type { Check } from '../verdict.ts';
import { mariadbReady } from './mariadb-ready.ts';

/** Health of a Database of k8s.mariadb.com. */
export const databaseHealth: Check = mariadbReady;
