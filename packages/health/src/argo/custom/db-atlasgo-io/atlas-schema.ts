import { matches } from '../conditions.ts';
import type { Check } from '../verdict.ts';
import { atlasReady } from './atlas-ready.ts';

/** Health of an AtlasSchema of db.atlasgo.io. */
export const atlasSchemaHealth: Check = atlasReady((condition) =>
  matches(condition, { message: ['Reconciling', 'GettingDevDB'] }),
);
