import type { GroupChecks } from '../verdict.ts';
import { perconaServerMongoDbHealth } from './percona-server-mongo-db.ts';

/** The health checks of psmdb.percona.com. */
export const psmdbPerconaComChecks: GroupChecks = {
  group: 'psmdb.percona.com',
  kinds: {
    PerconaServerMongoDB: perconaServerMongoDbHealth,
  },
};
