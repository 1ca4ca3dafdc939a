import { isCapstanError, messageOf } from '@capstan/errors';
import { buildKustomization } from '@capstan/render/kustomize';
import { memoryTree, normalizePath, type MemoryFile } from '@capstan/tree';
import { stringifyAll } from '@capstan/yaml';
import { z } from 'zod';
import type { CaseResult, Corpus } from '../corpus.ts';
import { allOf, failed, passed, skipped } from '../expect.ts';

const expectation = z.object({ kind: z.string(), value: z.string().optional() });
const kustomizeCase = z.looseObject({
  name: z.string(),
  kind: z.string().optional(),
  files: z.record(z.string(), z.union([z.string(), z.object({ base64: z.string() })])).optional(),
  target: z.string().optional(),
  options: z
    .looseObject({
      reorder: z.string().optional(),
      loadRestrictions: z.string().optional(),
      needs: z.array(z.string()).optional(),
      enableManagedByLabel: z.boolean().optional(),
    })
    .optional(),
  expected: z.string().optional(),
  expectedContains: z.array(z.string()).optional(),
  expectedError: z.array(expectation).optional(),
});

/** Kustomize's own end-to-end cases, byte for byte. */
export const kustomize: Corpus = { name: 'kustomize', run: runKustomizeCase };

/** Kustomize's cases that need something beside files. */
export const kustomizeExtra: Corpus = { name: 'kustomize-extra', run: runKustomizeCase };

/** Generated kustomizations, each built by the real program. */
export const kustomizeFuzz: Corpus = { name: 'kustomize-fuzz', run: runKustomizeCase };

async function runKustomizeCase(input: unknown): Promise<CaseResult> {
  const { files = {}, target, options = {}, ...wanted } = kustomizeCase.parse(input);
  if (target === undefined) return skipped('a plugin run alone');
  const needs = options.needs ?? [];
  const refused = wanted.expectedError?.some((error) => error.value === 'OnlyBuiltinPluginsAllowed') === true;
  if (needs.length > 0 && !refused) return skipped(needs.join(', '));
  const at = (path: string) => normalizePath(path.replace(/^\/+/, ''));
  const tree = memoryTree(
    Object.entries(files).map(([path, file]): [string, MemoryFile] => [
      at(path),
      typeof file === 'string' ? file : Buffer.from(file.base64, 'base64'),
    ]),
  );
  try {
    const resources = await buildKustomization(tree, at(target), {
      order: options.reorder === 'none' ? 'input' : 'legacy',
      loadRestrictions: options.loadRestrictions === 'none' ? 'none' : 'root',
      // Paths of the corpus are those of a machine.
      above: 'root',
      version: '(test)',
      managedByLabel: options.enableManagedByLabel === true,
    });
    return judge(stringifyAll(resources.map(({ object }) => object)), wanted);
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    // What we never do is refused by name; it is right only where upstream refuses it as well.
    if (error.code === 'RENDER_UNSUPPORTED' && !refused) return failed(`unsupported: ${error.message}`);
    // Messages are our own; what is held is that it fails.
    if (wanted.expectedError === undefined) return failed(`${error.code}: ${messageOf(error)}`);
    return passed;
  }
}

function judge(
  text: string,
  {
    expected,
    expectedContains,
    expectedError,
  }: Pick<z.infer<typeof kustomizeCase>, 'expected' | 'expectedContains' | 'expectedError'>,
): CaseResult {
  if (expectedError !== undefined) {
    return failed(
      `built where it must fail with ${expectedError.map(({ value }) => value ?? 'any error').join(' and ')}`,
    );
  }
  if (expected !== undefined && text.trim() !== expected.trim()) {
    return failed(firstDifference(text.trim(), expected.trim()));
  }
  return allOf((expectedContains ?? []).map((part) => (text.includes(part) ? passed : failed(`lacks ${part}`))));
}

function firstDifference(actual: string, expected: string): string {
  const left = actual.split('\n');
  const right = expected.split('\n');
  const at = right.findIndex((line, index) => line !== left[index]);
  const line = at < 0 ? right.length : at;
  const around = (lines: readonly string[]) => lines.slice(Math.max(line - 3, 0), line + 3).join('\n');
  return `differs at line ${line + 1}\n--- expected\n${around(right)}\n--- actual\n${around(left)}`;
}
