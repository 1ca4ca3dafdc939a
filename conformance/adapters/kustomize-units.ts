import { z } from 'zod';
import type { Corpus } from '../corpus.ts';
import { skipped } from '../expect.ts';
import { filterUnits } from './kustomize-units/filters.ts';
import { identityUnits } from './kustomize-units/identity.ts';
import { mergeUnits } from './kustomize-units/merges.ts';
import { textUnits } from './kustomize-units/texts.ts';
import type { Unit } from './kustomize-units/unit.ts';

const units: Readonly<Record<string, Unit>> = { ...identityUnits, ...textUnits, ...filterUnits, ...mergeUnits };

/** Kustomize's tests of its parts, one kind of case a part, run on the parts of our engine. */
export const kustomizeUnits: Corpus = {
  name: 'kustomize-units',
  run(testCase) {
    const { kind } = z.looseObject({ kind: z.string() }).parse(testCase);
    const run = Object.hasOwn(units, kind) ? units[kind] : undefined;
    return run === undefined ? skipped(kind) : run(testCase);
  },
};
