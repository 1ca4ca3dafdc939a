import { z } from 'zod';
import { dateTime, int64 } from '../schema/scalars.ts';

/** A condition, as the Kubernetes API conventions have it. */
export const Condition = z.looseObject({
  lastTransitionTime: dateTime(),
  message: z.string().max(32768),
  observedGeneration: int64({ minimum: 0 }).optional(),
  reason: z
    .string()
    .regex(/^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/)
    .min(1)
    .max(1024),
  status: z.enum(['True', 'False', 'Unknown']),
  type: z
    .string()
    .regex(
      /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$/,
    )
    .max(316),
});

/** A condition, as the Kubernetes API conventions have it. */
export type Condition = z.infer<typeof Condition>;
