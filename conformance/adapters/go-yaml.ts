import { isCapstanError, messageOf } from '@capstan/errors';
import { buildKustomization } from '@capstan/render/kustomize';
import { memoryTree } from '@capstan/tree';
import { stringifyAll } from '@capstan/yaml';
import { z } from 'zod';
import type { CaseResult, Corpus } from '../corpus.ts';
import { expectEqual, failed, passed } from '../expect.ts';

const testCase = z.object({
  name: z.string(),
  input: z.string().optional(),
  inputBase64: z.string().optional(),
  kustomization: z.string().optional(),
  expected: z.string().optional(),
  error: z.boolean().optional(),
});

/** The kustomization of cases that have none of their own: it passes the file of resources on unchanged. */
const PASS_ON = 'resources:\n- input.yaml\nsortOptions:\n  order: fifo\n';

/** How Go's YAML libraries read and print a file of resources, or a kustomization, asked through a build. */
export const goYaml: Corpus = {
  name: 'go-yaml',
  async run(input): Promise<CaseResult> {
    const { input: text, inputBase64, kustomization = PASS_ON, expected, error } = testCase.parse(input);
    const tree = memoryTree([
      ['input.yaml', text ?? Buffer.from(inputBase64 ?? '', 'base64')],
      ['kustomization.yaml', kustomization],
    ]);
    let printed: string;
    try {
      const resources = await buildKustomization(tree, '', { order: 'legacy' });
      printed = stringifyAll(resources.map(({ object }) => object));
    } catch (cause) {
      if (!isCapstanError(cause) || cause.code === 'RENDER_UNSUPPORTED') throw cause;
      return error === true ? passed : failed(`refused: ${messageOf(cause)}`);
    }
    return error === true ? failed(`accepted, and printed ${JSON.stringify(printed)}`) : expectEqual(printed, expected);
  },
};
