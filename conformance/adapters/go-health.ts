import { argoHealth } from '@capstan/health';
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

/** Argo CD's built-in health rules. A case without a message says nothing about it. */
export const goHealth: Corpus = {
  name: 'go-health',
  run(testCase) {
    const { object, expected } = schema.parse(testCase);
    const health = argoHealth(parseObject({ metadata: {}, ...object }, 'object'));
    const actual = { status: health?.status ?? null, message: health?.message ?? '' };
    return expectEqual(actual, { status: expected.status, message: expected.message ?? actual.message });
  },
};
