import { kstatusOf, withStandardConditions } from '@capstan/health';
import { durationMilliseconds, parseJson, parseObject, type KubernetesObject } from '@capstan/object';
import { z } from 'zod';
import type { CaseResult, Corpus } from '../corpus.ts';
import { allOf, expectEqual } from '../expect.ts';

const NOW = Date.parse('2026-01-15T12:30:20Z');
const condition = z.strictObject({ type: z.string(), status: z.string().optional(), reason: z.string().optional() });
const schema = z.discriminatedUnion('fn', [
  z.looseObject({
    fn: z.literal('compute'),
    object: z.unknown(),
    expected: z.strictObject({
      status: z.string(),
      conditions: z.array(condition),
      absentConditions: z.array(z.string()),
    }),
  }),
  z.looseObject({
    fn: z.literal('augment'),
    object: z.unknown(),
    expected: z.strictObject({ conditions: z.array(condition), exactCount: z.boolean() }),
  }),
]);
type ExpectedCondition = z.infer<typeof condition>;

/** The status rules that Flux waits by. */
export const kstatus: Corpus = {
  name: 'kstatus',
  run(testCase) {
    const parsed = schema.parse(testCase);
    const object = atNow(parsed.object);
    if (parsed.fn === 'augment') {
      const { conditions, exactCount } = parsed.expected;
      const actual = z.looseObject({ conditions: z.array(z.looseObject({ type: z.string() })) });
      const found = actual.parse(withStandardConditions(object, NOW)['status']).conditions;
      const counts = exactCount ? [expectEqual(found.length, conditions.length, 'number of conditions')] : [];
      return allOf([...counts, ...holds(found, conditions)]);
    }
    const { status, conditions, absentConditions } = parsed.expected;
    const result = kstatusOf(object, NOW);
    const absent = result.conditions.map(({ type }) => type).filter((type) => absentConditions.includes(type));
    return allOf([
      expectEqual(result.status, status, `status (${result.message})`),
      expectEqual(absent, [], 'conditions that should be absent'),
      ...holds(result.conditions, conditions),
    ]);
  },
};

function holds(actual: readonly { readonly type: string }[], expected: readonly ExpectedCondition[]): CaseResult[] {
  return expected.map((wanted) => {
    const found: Readonly<Record<string, unknown>> = { ...actual.find(({ type }) => type === wanted.type) };
    const told = Object.fromEntries(Object.keys(wanted).map((key) => [key, found[key]]));
    return expectEqual(told, wanted, `condition ${wanted.type}`);
  });
}

/** The object with `$NOW` and `$NOW-1m` replaced by times. */
function atNow(object: unknown): KubernetesObject {
  const text = JSON.stringify(object).replaceAll(/\$NOW(?:-(\w+))?/g, (_, before: string | undefined) =>
    new Date(NOW - durationMilliseconds(before ?? '0')).toISOString().replace('.000Z', 'Z'),
  );
  return parseObject(parseJson(text), 'object');
}
