import type { Corpus, Environment } from '../corpus.ts';
import { smdMerge } from './smd-merge.ts';
import { smdTyped } from './smd-typed.ts';
import { semver } from './semver.ts';

/** Every corpus that Capstan runs, one adapter a file. */
export function corpora(_environment: Environment): readonly Corpus[] {
  return [semver, smdMerge, smdTyped];
}
