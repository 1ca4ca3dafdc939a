import type { GroupChecks } from '../verdict.ts';
import { beatHealth } from './beat.ts';

/** The health checks of beat.k8s.elastic.co. */
export const beatK8sElasticCoChecks: GroupChecks = {
  group: 'beat.k8s.elastic.co',
  kinds: {
    Beat: beatHealth,
  },
};
