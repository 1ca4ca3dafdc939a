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

/**
 * Where compiled code is kept, where a worker of `readable` folders may know it: without it a worker strips and compiles
 * all of its code anew, which is a quarter of its memory and two thirds of its start.
 */
export function compileCache(readable: readonly string[]): string | undefined {
  const folder = process.env['NODE_COMPILE_CACHE'];
  return folder !== undefined && readable.some((path) => folder.startsWith(path)) ? folder : undefined;
}

/**
 * Arguments for a worker's Node: reads only `readable`; no network, no children, no workers, no addons, and no writes:
 * Node uses a compile cache only where it may write it, so a worker may until it has loaded its code, and gives that up
 * before its first task (`serveTasks`).
 */
export function workerArguments(readable: readonly string[], maxHeapMegabytes: number): string[] {
  const cache = compileCache(readable);
  return [
    '--permission',
    ...readable.map((folder) => `--allow-fs-read=${folder}`),
    ...(cache === undefined ? [] : [`--allow-fs-write=${cache}`]),
    `--max-old-space-size=${maxHeapMegabytes}`,
    // A small nursery and no helper threads, whose memory is a tenth of a worker's: what it makes is short-lived.
    '--max-semi-space-size=1',
    '--v8-pool-size=0',
    '--disable-proto=delete',
    '--disallow-code-generation-from-strings',
    '--no-warnings',
  ];
}
