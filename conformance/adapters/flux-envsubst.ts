import { isCapstanError, messageOf } from '@capstan/errors';
import {
  DEFAULT_SUBSTITUTE_LIMITS,
  evaluateSubstitutions,
  parseSubstitutions,
  type Part,
} from '@capstan/render/flux-substitute';
import { z } from 'zod';
import type { CaseResult, Corpus } from '../corpus.ts';
import { expectEqual, failed, passed, skipped } from '../expect.ts';

const substCase = z.looseObject({
  fn: z.string(),
  input: z.string(),
  strict: z.boolean().optional(),
  vars: z.record(z.string(), z.string()).optional(),
  output: z.string().optional(),
  tree: z.unknown().optional(),
  error: z
    .looseObject({
      contains: z.string().optional(),
      equals: z.string().optional(),
      is: z.string().optional(),
      text: z.string().optional(),
    })
    .optional(),
});

/** drone/envsubst as Flux forks it. */
export const fluxEnvsubst: Corpus = { name: 'flux-envsubst', run };

function run(input: unknown): CaseResult {
  const { fn, input: text, strict = false, vars = {}, output, tree, error } = substCase.parse(input);
  if (fn !== 'eval' && fn !== 'parse') return skipped(fn);
  try {
    const result =
      fn === 'parse'
        ? treeOf(parseSubstitutions(text, DEFAULT_SUBSTITUTE_LIMITS))
        : evaluateSubstitutions(text, { variables: new Map(Object.entries(vars)), strict });
    if (error !== undefined) return failed(`${JSON.stringify(result)} where it must fail`);
    return expectEqual(result, fn === 'parse' ? tree : output);
  } catch (problem) {
    if (!isCapstanError(problem)) throw problem;
    const words = error?.equals ?? error?.contains ?? error?.text ?? '';
    return error !== undefined && problem.message.includes(words) ? passed : failed(messageOf(problem));
  }
}

/** Upstream's tree: each piece with all that follows it. */
function treeOf(parts: readonly Part[]): unknown {
  const [first, ...rest] = parts;
  if (first === undefined) return { type: 'text', value: '' };
  const node =
    first.kind === 'text'
      ? { type: 'text', value: first.value }
      : {
          type: 'func',
          param: first.param,
          name: first.operator,
          args: first.args.map((argument) => treeOf([argument])),
        };
  return rest.length === 0 ? node : { type: 'list', nodes: [node, treeOf(rest)] };
}
