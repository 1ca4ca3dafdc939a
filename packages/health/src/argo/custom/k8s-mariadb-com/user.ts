import type { Check } from '../verdict.ts';
import { mariadbReady } from './mariadb-ready.ts';

/** Health of an User of k8s.mariadb.com. */
export const userHealth: Check = mariadbReady;
