import type { Check } from '../verdict.ts';
import { kedaScaling } from './keda-scaling.ts';

/** Health of a ScaledJob of keda.sh. */
export const scaledJobHealth: Check = kedaScaling(
  [{ type: 'Ready', status: ['False', 'Unknown'] }],
  'Waiting for ScaledJob',
);
