import type { GroupChecks } from '../verdict.ts';
import { postgresqlHealth } from './postgresql.ts';

/** The health checks of acid.zalan.do. */
export const acidZalanDoChecks: GroupChecks = {
  group: 'acid.zalan.do',
  kinds: {
    postgresql: postgresqlHealth,
  },
};
