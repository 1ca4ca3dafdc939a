import {
  defaultIgnoreRules,
  isIgnored,
  memoryTree,
  parseIgnoreFile,
  parseIgnoreRule,
  readIgnoreFiles,
  versionControlRules,
} from '@capstan/tree';
import { z } from 'zod';
import type { Corpus } from '../corpus.ts';
import { expectEqual, skipped } from '../expect.ts';

const named = z.looseObject({ fn: z.string() });
const at = { domain: z.array(z.string()).default([]), path: z.array(z.string()), isDir: z.boolean() };
const matchCase = z.object({
  ...at,
  defaults: z.boolean(),
  ignore: z.string().optional(),
  patterns: z.array(z.union([z.string(), z.object({ pattern: z.string(), domain: z.array(z.string()) })])).optional(),
  expected: z.boolean(),
});
const patternCase = z.object({ ...at, pattern: z.string(), expected: z.string() });
const rule = z.object({ pattern: z.string(), domain: z.array(z.string()) });
const loadCase = z.object({
  recursive: z.boolean(),
  dir: z.string(),
  files: z.record(z.string(), z.string()),
  file: z.string().optional(),
  domain: z.array(z.string()),
  expected: z.array(rule),
});

/** The tests of fluxcd/pkg/sourceignore. */
export const fluxSourceignore: Corpus = {
  name: 'flux-sourceignore',
  async run(input) {
    const { fn } = named.parse(input);
    if (fn === 'match') return runMatch(input);
    if (fn === 'pattern') return runPattern(input);
    return fn === 'load' ? runLoad(input) : skipped(`the function ${fn}`);
  },
};

function runMatch(input: unknown) {
  const { defaults, ignore, patterns, domain, path, isDir, expected } = matchCase.parse(input);
  const own = ignore === undefined ? [] : parseIgnoreFile(ignore, domain);
  const listed = (patterns ?? []).map((one) =>
    typeof one === 'string' ? parseIgnoreRule(one, domain) : parseIgnoreRule(one.pattern, one.domain),
  );
  const fixed = defaults ? [...versionControlRules(domain), ...defaultIgnoreRules(domain)] : [];
  return expectEqual(isIgnored([...fixed, ...own, ...listed], path, isDir), expected);
}

function runPattern(input: unknown) {
  const { pattern, domain, path, isDir, expected } = patternCase.parse(input);
  const verdict = parseIgnoreRule(pattern, domain).judge(path, isDir);
  return expectEqual(verdict === 'none' ? 'nomatch' : verdict, expected);
}

async function runLoad(input: unknown) {
  const { recursive, files, file, domain, expected } = loadCase.parse(input);
  if (!recursive) {
    const text = files[file ?? ''];
    const rules = text === undefined ? [] : parseIgnoreFile(text, domain);
    return expectEqual(
      rules.map((one) => ({ pattern: one.pattern, domain: [...one.domain] })),
      expected,
    );
  }
  const own = await readIgnoreFiles(memoryTree(files));
  return expectEqual(
    own.map((one) => ({ pattern: one.pattern, domain: [...domain, ...one.domain] })),
    expected,
  );
}
