import { z } from 'zod';
import { dateTime, int64 } from '../schema/scalars.ts';

/** What a source has stored: a tar.gz under its digest, and where it is served. */
export const ArtifactView = z.looseObject({
  digest: z.string().regex(/^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$/),
  lastUpdateTime: dateTime(),
  metadata: z.record(z.string(), z.string()).optional(),
  path: z.string(),
  revision: z.string(),
  size: int64().optional(),
  url: z.string(),
});

/** What a source has stored: a tar.gz under its digest, and where it is served. */
export type ArtifactView = z.infer<typeof ArtifactView>;
