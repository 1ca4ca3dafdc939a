import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson } from '@capstan/object';
import { z } from 'zod';
import type { CaseResult, Corpus, Environment, NamedCase } from './corpus.ts';

/** A case that did not pass, for the failures file. */
export interface Failure {
  readonly name: string;
  readonly detail: string;
}

/** What a corpus came to: `total` counts every case, skipped ones by what they need. */
export interface CorpusReport {
  readonly corpus: string;
  readonly passed: number;
  readonly total: number;
  readonly failures: readonly Failure[];
  readonly skipped: ReadonlyMap<string, readonly string[]>;
}

const caseFile = z.array(z.looseObject({ name: z.string() }));

/** The cases of a corpus; undefined when what they are read from is absent. Throws on a file that is no corpus. */
export async function casesOf(corpus: Corpus, environment: Environment): Promise<readonly NamedCase[] | undefined> {
  if (corpus.cases !== undefined) return corpus.cases();
  const file = join(environment.conformanceDir, `${corpus.name}.json`);
  if (!existsSync(file)) return undefined;
  const parsed = caseFile.safeParse(parseJson(readFileSync(file), { where: file }));
  if (!parsed.success) throw new Error(`${file} is no array of cases with names: ${parsed.error.message}`);
  return parsed.data.map((input) => ({ name: input.name, input }));
}

/** Runs one case; what it throws fails it. */
export async function runCase(corpus: Corpus, testCase: NamedCase): Promise<CaseResult> {
  try {
    return await corpus.run(testCase.input);
  } catch (error) {
    return { outcome: 'failed', detail: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** Runs the cases, in order or as many side by side as the corpus allows, and counts. */
export async function runCorpus(corpus: Corpus, cases: readonly NamedCase[]): Promise<CorpusReport> {
  let passed = 0;
  const failures: Failure[] = [];
  const skipped = new Map<string, string[]>();
  try {
    for (const [testCase, result] of await resultsOf(corpus, cases)) {
      if (result.outcome === 'passed') passed++;
      else if (result.outcome === 'failed') failures.push({ name: testCase.name, detail: result.detail });
      else skipped.set(result.needs, [...(skipped.get(result.needs) ?? []), testCase.name]);
    }
  } finally {
    await corpus.close?.();
  }
  return { corpus: corpus.name, passed, total: cases.length, failures, skipped };
}

/** Runs cases, in order or as many side by side as the corpus allows. */
export async function resultsOf(
  corpus: Corpus,
  cases: readonly NamedCase[],
): Promise<readonly (readonly [NamedCase, CaseResult])[]> {
  const results: (readonly [NamedCase, CaseResult])[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < cases.length; at = next++) {
      const testCase = cases[at];
      if (testCase !== undefined) results[at] = [testCase, await runCase(corpus, testCase)];
    }
  };
  await Promise.all(Array.from({ length: corpus.sideBySide ?? 1 }, worker));
  return results;
}
