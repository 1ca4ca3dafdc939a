import {
  asTyped,
  compareTyped,
  extractItems,
  mergeTyped,
  reconcileFieldSet,
  removeItems,
  toFieldSet,
  validateTyped,
  type FieldSet,
} from '@capstan/object/merge';
import type { JsonValue } from '@capstan/object';
import { z } from 'zod';
import type { CaseResult, Corpus } from '../corpus.ts';
import { allOf, expectEqual } from '../expect.ts';
import { setOf, typeOf, valueOf } from './smd-values.ts';

const paths = z.array(z.array(z.string()));
const typed = { schema: z.string().optional(), type: z.string().optional(), deduced: z.boolean().optional() };
const items = { ...typed, object: z.string(), set: paths };

const caseSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('merge'), ...typed, lhs: z.string(), rhs: z.string(), out: z.string() }),
  z.object({ kind: z.literal('toSet'), ...items }),
  z.object({
    kind: z.literal('symdiff'),
    ...typed,
    lhs: z.string(),
    rhs: z.string(),
    removed: paths,
    modified: paths,
    added: paths,
  }),
  z.object({
    kind: z.literal('reconcile'),
    ...typed,
    liveObject: z.string(),
    oldFields: paths,
    fixedFields: paths.nullable(),
  }),
  z.object({
    kind: z.literal('extract'),
    ...items,
    out: z.string().optional(),
    outValue: z.unknown().optional(),
    appendKeyFields: z.boolean().optional(),
  }),
  z.object({ kind: z.literal('remove'), ...items, out: z.string() }),
  z.object({ kind: z.literal('reversibleExtract'), ...typed, object: z.string(), pso: z.string() }),
  z.object({
    kind: z.literal('validate'),
    ...typed,
    object: z.string(),
    valid: z.boolean(),
    validAllowingDuplicates: z.boolean().optional(),
  }),
]);

type Case = z.infer<typeof caseSchema>;

/** structured-merge-diff's tables on typed values. */
export const smdTyped: Corpus = { name: 'smd-typed', run: (testCase) => run(caseSchema.parse(testCase)) };

function run(testCase: Case): CaseResult {
  const type = typeOf(testCase);
  const lenient = { allowDuplicates: true };
  const read = (text: string, options = {}) => asTyped(valueOf(text), type, options);
  switch (testCase.kind) {
    case 'merge': {
      const merged = mergeTyped(read(testCase.lhs, lenient), read(testCase.rhs));
      return expectEqual(merged.value ?? null, valueOf(testCase.out));
    }
    case 'toSet':
      return expectSet(toFieldSet(read(testCase.object, lenient)), testCase.set, 'set');
    case 'symdiff': {
      const found = compareTyped(read(testCase.lhs, lenient), read(testCase.rhs, lenient));
      return allOf([
        expectSet(found.removed, testCase.removed, 'removed'),
        expectSet(found.modified, testCase.modified, 'modified'),
        expectSet(found.added, testCase.added, 'added'),
      ]);
    }
    case 'reconcile': {
      const before = setOf(testCase.oldFields);
      const after = reconcileFieldSet(before, read(testCase.liveObject).type);
      return expectSet(after, testCase.fixedFields ?? testCase.oldFields, 'fields');
    }
    case 'extract': {
      const keepKeyFields = testCase.appendKeyFields ?? false;
      const extracted = extractItems(read(testCase.object), setOf(testCase.set), { keepKeyFields });
      const expected = testCase.out === undefined ? (testCase.outValue as JsonValue) : valueOf(testCase.out);
      return expectEqual(extracted.value, expected);
    }
    case 'remove':
      return expectEqual(removeItems(read(testCase.object), setOf(testCase.set)).value, valueOf(testCase.out));
    case 'reversibleExtract': {
      const part = read(testCase.pso);
      const merged = mergeTyped(read(testCase.object), part);
      return expectEqual(extractItems(merged, toFieldSet(part).leaves()).value, part.value);
    }
    case 'validate': {
      const value = valueOf(testCase.object);
      const allowed = testCase.validAllowingDuplicates ?? testCase.valid;
      return allOf([
        expectEqual(validateTyped(value, type).length === 0, testCase.valid, 'valid'),
        expectEqual(validateTyped(value, type, lenient).length === 0, allowed, 'valid with duplicates'),
      ]);
    }
    default:
      return testCase satisfies never;
  }
}

function expectSet(actual: FieldSet, expected: readonly (readonly string[])[], what: string): CaseResult {
  return expectEqual(actual.toString(), setOf(expected).toString(), what);
}
