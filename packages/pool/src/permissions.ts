import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * What a worker may read when nothing else is said: the packages and their dependencies in the repository, the folder
 * of the entry in a bundle. Never the repository's root, where keys may lie.
 */
export function readableFolders(entry: URL): readonly string[] {
  const here = fileURLToPath(import.meta.url);
  const repository = /^(.*)\/packages\/pool\/src\/[^/]+$/.exec(here)?.[1];
  if (repository === undefined) return [`${dirname(fileURLToPath(entry))}/`];
  return [`${repository}/packages/`, `${repository}/node_modules/`];
}

/** Arguments for a worker's Node: reads only `readable`; no writes, no network, no children, no workers, no addons. */
export function workerArguments(readable: readonly string[], maxHeapMegabytes: number): string[] {
  return [
    '--permission',
    ...readable.map((folder) => `--allow-fs-read=${folder}`),
    `--max-old-space-size=${maxHeapMegabytes}`,
    // A small nursery and no helper threads, whose memory is a tenth of a worker's: what it makes is short-lived.
    '--max-semi-space-size=1',
    '--v8-pool-size=0',
    '--disable-proto=delete',
    '--disallow-code-generation-from-strings',
    '--no-warnings',
  ];
}
