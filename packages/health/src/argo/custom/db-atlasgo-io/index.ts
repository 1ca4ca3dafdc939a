import type { GroupChecks } from '../verdict.ts';
import { atlasMigrationHealth } from './atlas-migration.ts';
import { atlasSchemaHealth } from './atlas-schema.ts';

/** The health checks of db.atlasgo.io. */
export const dbAtlasgoIoChecks: GroupChecks = {
  group: 'db.atlasgo.io',
  kinds: {
    AtlasMigration: atlasMigrationHealth,
    AtlasSchema: atlasSchemaHealth,
  },
};
