import { engineHealth, pendingDeletionHealth } from '@capstan/health';
import { parseObject, type JsonValue } from '@capstan/object';
import { z } from 'zod';
import type { Corpus } from '../corpus.ts';
import { expectEqual } from '../expect.ts';

const schema = z.looseObject({
  // Some objects hold only the fields that the rule reads.
  object: z.record(
    z.string(),
    z.custom<JsonValue>(() => true),
  ),
  expected: z.strictObject({ status: z.string().nullable(), message: z.string().optional() }),
});

/** The health rules of Argo CD's engine, without its checks for custom kinds. A case without a message says nothing about it. */
export const goHealth: Corpus = {
  name: 'go-health',
  run(testCase) {
    const { object, expected } = schema.parse(testCase);
    const parsed = parseObject({ metadata: {}, ...object }, 'object');
    const health = pendingDeletionHealth(parsed) ?? engineHealth(parsed);
    const actual = { status: health?.status ?? null, message: health?.message ?? '' };
    return expectEqual(actual, { status: expected.status, message: expected.message ?? actual.message });
  },
};
