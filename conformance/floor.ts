import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { CorpusReport } from './run-corpus.ts';

/** How many cases of a corpus passed once: fewer is a regression. */
export type Floors = Readonly<Record<string, number>>;

const floorFile = z.record(z.string(), z.int().nonnegative());

/** Reads the floors; none when there is no file. */
export function readFloors(file: string): Floors {
  return existsSync(file) ? floorFile.parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
}

/** The floors with those of `reports` raised, never lowered. */
export function raiseFloors(floors: Floors, reports: readonly CorpusReport[]): Floors {
  const raised = new Map(Object.entries(floors));
  for (const { corpus, passed } of reports) raised.set(corpus, Math.max(passed, raised.get(corpus) ?? 0));
  return Object.fromEntries([...raised].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Writes the floors. */
export function writeFloors(file: string, floors: Floors): void {
  writeFileSync(file, `${JSON.stringify(floors, null, 2)}\n`);
}
