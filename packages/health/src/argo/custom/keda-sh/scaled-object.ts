import type { Check } from '../verdict.ts';
import { kedaScaling } from './keda-scaling.ts';

/** Health of a ScaledObject of keda.sh. */
export const scaledObjectHealth: Check = kedaScaling(
  [
    { type: 'Ready', status: 'False' },
    { type: 'Fallback', status: 'True' },
  ],
  'Creating HorizontalPodAutoscaler Object',
);
