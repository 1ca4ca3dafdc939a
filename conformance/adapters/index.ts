import type { Corpus, Environment } from '../corpus.ts';

/** Every corpus that Capstan runs, one adapter a file. */
export function corpora(_environment: Environment): readonly Corpus[] {
  return [];
}
