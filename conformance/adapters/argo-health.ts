import { builtInHealth } from '@capstan/health';
import { parseObject, type JsonValue } from '@capstan/object';
import { z } from 'zod';
import type { Corpus } from '../corpus.ts';
import { expectEqual } from '../expect.ts';

const schema = z.looseObject({
  object: z.record(
    z.string(),
    z.custom<JsonValue>(() => true),
  ),
  expected: z.strictObject({ status: z.string(), message: z.string() }),
});

/** Argo CD's health checks of custom kinds. Upstream runs the check itself: what is being deleted is judged like the rest. */
export const argoHealthChecks: Corpus = {
  name: 'argo-health',
  run(testCase) {
    const { object, expected } = schema.parse(testCase);
    const health = builtInHealth(parseObject({ metadata: {}, ...object }, 'object'));
    return expectEqual({ status: health?.status ?? '', message: health?.message ?? '' }, expected);
  },
};
