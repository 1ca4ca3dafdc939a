import type { FileTree } from '@capstan/tree';
import { Budget } from './budget.ts';
import type { BuildContext } from './build-context.ts';
import { readResources } from './documents.ts';
import { BuildFiles, FilesUsage, loadingAsNeeded } from './files.ts';
import { readKustomization } from './kustomization.ts';
import { generateFrom, stepOf } from './plugins.ts';
import { invalid } from './problem.ts';
import { Remotes } from './remotes.ts';
import { BuildSchema } from './openapi.ts';
import { ResourceMap } from './resource-map.ts';
import type { Resource } from './resource.ts';
import { applySortOptions } from './sort-options.ts';
import type { Target } from './target.ts';
import { field, isMapping } from './value.ts';
import { DEFAULT_RENDER_LIMITS, type RenderLimits } from '../limits.ts';

/** One of kustomize's built-in generators or transformers, to be run alone. */
export interface PluginRun {
  /** The plugin's configuration, as a file in `generators` or `transformers` holds it. */
  readonly config: string;
  /** Resources that a transformer is given; a generator is given none. */
  readonly input?: string;
  /** The folder from which the configuration's paths are seen. */
  readonly folder: string;
}

/**
 * Runs one built-in plugin without a build around it: no hashes, no references, nothing sorted. Throws as
 * `buildKustomization` does.
 */
export async function runPlugin(
  tree: FileTree,
  { config, input, folder }: PluginRun,
  limits: RenderLimits = DEFAULT_RENDER_LIMITS,
): Promise<ResourceMap> {
  const usage = new FilesUsage(limits);
  const files = new BuildFiles(tree, limits, usage);
  const remotes = new Remotes(undefined, limits, usage, () => Promise.resolve());
  return loadingAsNeeded(() => {
    const context: BuildContext = {
      remotes,
      limits,
      budget: new Budget(limits),
      schema: new BuildSchema(),
      version: '',
      buildMetadata: [],
    };
    const path = 'kustomization.yaml';
    const found = { kustomization: readKustomization({ resources: [] }, path), name: path, lineOf: () => undefined };
    const target: Target = { files, folder, found, origin: {}, rootOnly: true, chain: [folder], urls: [], depth: 1 };
    const [plugin] = readResources(config, path);
    if (plugin === undefined) throw invalid('the configuration of a plugin is empty');
    const map = new ResourceMap();
    if (input === undefined) map.append([generateFrom(context, target, plugin)]);
    else {
      map.append(readResources(input, 'input.yaml'));
      transform(context, target, plugin, map);
      map.dropEmpty();
    }
    return map;
  });
}

/** A kustomization cannot name the plugin that sorts, so that no step is one; here it is a plugin like any other. */
function transform(context: BuildContext, target: Target, plugin: Resource, map: ResourceMap): void {
  const options = plugin.kind === 'SortOrderTransformer' ? field(plugin.object, 'sortOptions') : undefined;
  if (isMapping(options)) applySortOptions(map, options);
  else stepOf(context, target, plugin).run(map);
}
