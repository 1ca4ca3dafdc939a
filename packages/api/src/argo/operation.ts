import { z } from 'zod';
import { int64 } from '../schema/scalars.ts';
import { ApplicationSource, Info } from './application-source.ts';

/** Who started an operation. */
export const InitiatedBy = z.looseObject({ automated: z.boolean().optional(), username: z.string().optional() });

/** How often and how fast a failed sync is tried again. */
export const RetryStrategy = z.looseObject({
  backoff: z
    .looseObject({ duration: z.string().optional(), factor: int64().optional(), maxDuration: z.string().optional() })
    .optional(),
  limit: int64().optional(),
  refresh: z.boolean().optional(),
});

/** A sync that somebody asks for, or that runs. */
export const Operation = z.looseObject({
  info: z.array(Info).optional(),
  initiatedBy: InitiatedBy.optional(),
  retry: RetryStrategy.optional(),
  sync: z
    .looseObject({
      autoHealAttemptsCount: int64().optional(),
      dryRun: z.boolean().optional(),
      manifests: z.array(z.string()).optional(),
      prune: z.boolean().optional(),
      resources: z
        .array(
          z.looseObject({
            group: z.string().optional(),
            kind: z.string(),
            name: z.string(),
            namespace: z.string().optional(),
          }),
        )
        .optional(),
      revision: z.string().optional(),
      revisions: z.array(z.string()).optional(),
      source: ApplicationSource.optional(),
      sources: z.array(ApplicationSource).optional(),
      syncOptions: z.array(z.string()).optional(),
      syncStrategy: z
        .looseObject({
          apply: z.looseObject({ force: z.boolean().optional() }).optional(),
          hook: z.looseObject({ force: z.boolean().optional() }).optional(),
        })
        .optional(),
    })
    .optional(),
});

/** A sync that somebody asks for, or that runs. */
export type Operation = z.infer<typeof Operation>;
