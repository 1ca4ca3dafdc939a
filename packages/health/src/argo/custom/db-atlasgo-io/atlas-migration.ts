import { get } from '../value.ts';
import type { Check } from '../verdict.ts';
import { atlasReady } from './atlas-ready.ts';

/** Health of an AtlasMigration of db.atlasgo.io. */
export const atlasMigrationHealth: Check = atlasReady((condition) => get(condition, 'reason') === 'Reconciling');
