import { normalizePath, type FileTree } from '@capstan/tree';
import type { BuildContext } from './build-context.ts';
import { Budget } from './budget.ts';
import { BuildFiles, FilesUsage, kustomizationPaths, loadingAsNeeded, type Above } from './files.ts';
import { finish } from './finish.ts';
import { BuildSchema } from './openapi.ts';
import { referencesOf } from './references.ts';
import type { FetchRemote } from '@capstan/tree';
import { Remotes } from './remotes.ts';
import type { Resource } from './resource.ts';
import { Accumulator, accumulate, openTarget } from './target.ts';
import { DEFAULT_RENDER_LIMITS, type RenderLimits } from '../limits.ts';

/** How a build differs from `kustomize build`. */
export interface BuildOptions {
  /** `legacy` is what the program does when it is not told otherwise. */
  readonly order: 'input' | 'legacy';
  /** `root`, the default: files must lie in or below their kustomization. `none`: anywhere in the tree. */
  readonly loadRestrictions?: 'root' | 'none';
  /** What `../` at the root of the tree leads to: `nothing`, the default, or the `root`, where it is that of a machine. */
  readonly above?: Above;
  /** `replaces`, the default: a schema that `openapi` names stands in place of the built-in one. `extends`: beside it. */
  readonly openApi?: 'replaces' | 'extends';
  /** The version in managed-by labels. */
  readonly version?: string;
  /** Adds the managed-by label, whatever `buildMetadata` says. */
  readonly managedByLabel?: boolean;
  readonly limits?: RenderLimits;
  /** Gets what kustomizations name elsewhere, guarded by whoever passes it. Without it nothing is got: it is refused. */
  readonly fetch?: FetchRemote;
}

/** The kustomize release that the engine matches. */
export const KUSTOMIZE_VERSION = 'v5.8.1';

/**
 * Builds the kustomization in the folder `path` as kustomize 5.8.1 does. Reads breadth-first in batches, then transforms
 * without waiting. Throws RENDER_INVALID, RENDER_NOT_FOUND, RENDER_UNSUPPORTED, RENDER_LIMIT,
 * REMOTE_NOT_ALLOWED, and what `fetch` says went wrong.
 */
export async function buildKustomization(
  tree: FileTree,
  path: string,
  options: BuildOptions,
): Promise<readonly Resource[]> {
  const limits = options.limits ?? DEFAULT_RENDER_LIMITS;
  const usage = new FilesUsage(limits);
  const files = new BuildFiles(tree, limits, usage, options.above === undefined ? {} : { above: options.above });
  const remotes: Remotes = new Remotes(options.fetch, limits, usage, (other, folder) =>
    readAhead(other, folder, remotes, limits),
  );
  const folder = normalizePath(path);
  await readAhead(files, folder, remotes, limits);
  return loadingAsNeeded(() => run(files, folder, remotes, options, limits));
}

function run(
  files: BuildFiles,
  folder: string,
  remotes: Remotes,
  options: BuildOptions,
  limits: RenderLimits,
): readonly Resource[] {
  const context = {
    remotes,
    limits,
    budget: new Budget(limits),
    schema: new BuildSchema(options.openApi),
    version: options.version ?? KUSTOMIZE_VERSION,
    buildMetadata: [] as readonly string[],
  };
  const rootOnly = options.loadRestrictions !== 'none';
  const target = openTarget(context, { files, folder, origin: {}, rootOnly, chain: [], urls: [], depth: 0 });
  const { kustomization } = target.found;
  const full: BuildContext = { ...context, buildMetadata: kustomization.buildMetadata };
  const built = new Accumulator();
  accumulate(full, target, built);
  return finish(full, built, kustomization, options);
}

/**
 * Reads kustomizations and what they name, level by level, and gets what lies elsewhere where that is allowed. What cannot
 * be read yet is left to the build to tell.
 */
async function readAhead(files: BuildFiles, root: string, remotes: Remotes, limits: RenderLimits): Promise<void> {
  const seen = new Set([root]);
  let level = [root];
  for (let depth = 0; level.length > 0 && depth < limits.maxDepth; depth++) {
    await files.load(level.flatMap(kustomizationPaths));
    const references = level.flatMap((folder) => {
      const found = files.kustomization(folder);
      return found === undefined ? [] : [referencesOf(folder, found, files.above)];
    });
    await files.load(references.flatMap(({ files: named, either }) => [...named, ...either]));
    await remotes.load(references.flatMap((named) => named.remotes));
    const folders = references.flatMap(({ either, folders: named }) => [
      ...either.filter((path) => files.find(path) === undefined),
      ...named,
    ]);
    level = [...new Set(folders)].filter((folder) => !seen.has(folder));
    for (const folder of level) seen.add(folder);
  }
}
