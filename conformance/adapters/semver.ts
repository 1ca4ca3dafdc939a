import {
  ANY_RELEASE,
  changeVersion,
  compareVersions,
  formatConstraint,
  formatVersion,
  incrementVersion,
  metadataFault,
  parseConstraint,
  parseVersion,
  prereleaseFault,
  reasonsAgainst,
  rewriteHyphenRanges,
  satisfies,
  type SemanticVersion,
  type VersionConstraint,
} from '@capstan/expressions/semver';
import { z } from 'zod';
import type { CaseResult, Corpus } from '../corpus.ts';
import { expectEqual, failed, passed, skipped } from '../expect.ts';

const testCase = z.looseObject({ name: z.string(), fn: z.string() });
const expectedErrors = z.array(z.object({ kind: z.string(), value: z.string() })).nullish();
const ordered = z.object({ a: z.string().nullable(), b: z.string().nullable(), expected: z.unknown() });
const checked = z.object({
  constraint: z.string(),
  version: z.string(),
  expected: z.boolean(),
  expectedMessage: z.string().nullish(),
  includePrerelease: z.boolean().optional(),
});
const one = z.object({ expected: z.unknown().optional(), expectedError: expectedErrors });

/** Masterminds/semver's own tests. */
export const semver: Corpus = {
  name: 'semver',
  run(input) {
    const { fn } = testCase.parse(input);
    const run = functions[fn];
    return run === undefined ? skipped(`the function ${fn}`) : run(input);
  },
};

const functions: Readonly<Record<string, (input: unknown) => CaseResult>> = {
  constraint: (input) => {
    const { constraint, version, expected, includePrerelease } = checked.parse(input);
    return expectEqual(satisfies(read(version), rangeOf(constraint), includePrerelease), expected);
  },
  validate: (input) => {
    const { constraint, version, expected, expectedMessage, includePrerelease } = checked.parse(input);
    const reasons = reasonsAgainst(read(version), rangeOf(constraint), includePrerelease);
    if ((reasons.length === 0) !== expected) return failed(`got ${JSON.stringify(reasons)}`);
    return expectedMessage === undefined || expectedMessage === null
      ? passed
      : expectEqual(reasons[0], expectedMessage);
  },
  parseConstraint: (input) => {
    const { constraint } = z.object({ constraint: z.string() }).parse(input);
    return outcome(input, () => {
      const parsed = parseConstraint(constraint);
      const first = parsed.groups[0] ?? [];
      return (expected) => {
        const wanted = z.record(z.string(), z.unknown()).parse(expected);
        const got: Record<string, unknown> = { ors: parsed.groups.length, count: first.length };
        const version = first[0]?.version;
        if (version !== undefined) got['version'] = formatVersion(version);
        return expectEqual(Object.fromEntries(Object.keys(wanted).map((key) => [key, got[key]])), wanted);
      };
    });
  },
  constraintString: (input) => {
    const { constraint, expected } = z.object({ constraint: z.string(), expected: z.string() }).parse(input);
    return expectEqual(formatConstraint(parseConstraint(constraint)), expected);
  },
  rewriteRange: (input) => {
    const { input: text, expected } = z.object({ input: z.string(), expected: z.string() }).parse(input);
    return expectEqual(rewriteHyphenRanges(text), expected);
  },
  parse: (input) => {
    const { mode, version } = z
      .object({ mode: z.enum(['coerce', 'exact', 'exactTerse', 'strict']), version: z.string() })
      .parse(input);
    return outcome(input, () => {
      const parsed = parseVersion(version, mode === 'exactTerse' ? 'exact' : mode);
      if (!parsed.ok) throw new Error(mode === 'exactTerse' ? 'invalid semantic version' : parsed.fault);
      return (expected) => (expected === true ? passed : expectEqual(formatVersion(parsed.version), expected));
    });
  },
  compare: (input) => compare(input, (order) => order),
  lessThan: (input) => compare(input, (order) => order < 0),
  lessThanEqual: (input) => compare(input, (order) => order <= 0),
  greaterThan: (input) => compare(input, (order) => order > 0),
  greaterThanEqual: (input) => compare(input, (order) => order >= 0),
  equal: (input) => compare(input, (order) => order === 0),
  inc: (input) => {
    const { version, part, expected } = z
      .object({ version: z.string(), part: z.enum(['major', 'minor', 'patch']), expected: z.unknown() })
      .parse(input);
    const next = incrementVersion(read(version), part);
    return expectEqual({ version: formatVersion(next), original: next.original }, expected);
  },
  setPrerelease: (input) => set(input, 'prerelease', prereleaseFault),
  setMetadata: (input) => set(input, 'metadata', metadataFault),
  validatePrerelease: (input) => validatePart(input, prereleaseFault),
  validateMetadata: (input) => validatePart(input, metadataFault),
  sort: (input) => {
    const { versions, expected } = z
      .object({ versions: z.array(z.string()), expected: z.array(z.string()) })
      .parse(input);
    const sorted = versions.map(read).sort(compareVersions);
    return expectEqual(
      sorted.map((version) => version.original),
      expected,
    );
  },
};

/** Upstream's check cases call an inner function, to which nothing means anything; its public one refuses it. */
function rangeOf(constraint: string): VersionConstraint {
  return constraint === '' ? ANY_RELEASE : parseConstraint(constraint);
}

function read(text: string): SemanticVersion {
  const parsed = parseVersion(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.fault}`);
  return parsed.version;
}

/** Runs what may fail and compares with `expected` or `expectedError`. */
function outcome(input: unknown, run: () => (expected: unknown) => CaseResult): CaseResult {
  const { expected, expectedError } = one.parse(input);
  try {
    const compareWith = run();
    return (expectedError ?? []).length > 0 ? failed('no error') : compareWith(expected);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return errorResult(message, expectedError ?? []);
  }
}

function errorResult(message: string, wanted: readonly { kind: string; value: string }[]): CaseResult {
  if (wanted.length === 0) return failed(`failed: ${message}`);
  const wrong = wanted.find(({ kind, value }) => {
    if (kind === 'equals') return message !== value;
    return kind === 'contains' && !message.includes(value);
  });
  return wrong === undefined ? passed : failed(`error ${message}, not ${wrong.value}`);
}

function compare(input: unknown, judge: (order: number) => unknown): CaseResult {
  const { a, b, expected } = ordered.parse(input);
  // Upstream compares pointers here: two absent versions are equal, an absent one equals no other.
  if (a === null || b === null) return expectEqual(a === b, expected);
  return expectEqual(judge(compareVersions(read(a), read(b))), expected);
}

function set(
  input: unknown,
  part: 'prerelease' | 'metadata',
  faultOf: (text: string) => string | undefined,
): CaseResult {
  const shape = z.object({ version: z.string(), original: z.string(), value: z.string(), error: expectedErrors });
  const { version, value, expected } = z
    .object({ version: z.string(), value: z.string(), expected: shape })
    .parse(input);
  const fault = value === '' ? undefined : faultOf(value);
  if (fault !== undefined) return errorResult(fault, expected.error ?? []);
  if ((expected.error ?? []).length > 0) return failed('no error');
  const next = changeVersion(read(version), { [part]: value });
  const got = { version: formatVersion(next), original: next.original, value: next[part] };
  return expectEqual(got, { version: expected.version, original: expected.original, value: expected.value });
}

function validatePart(input: unknown, faultOf: (text: string) => string | undefined): CaseResult {
  const { value } = z.object({ value: z.string() }).parse(input);
  return outcome(input, () => {
    const fault = faultOf(value);
    if (fault !== undefined) throw new Error(fault);
    return () => passed;
  });
}
