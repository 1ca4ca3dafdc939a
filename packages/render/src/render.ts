import { CapstanError } from '@capstan/errors';
import { parseObject } from '@capstan/object';
import { normalizePath, recordFetches, recordReads, type FetchRemote, type FileTree } from '@capstan/tree';
import { renderDirectory } from './directory/render-directory.ts';
import { detectSource } from './directory/detect-source.ts';
import { buildKustomization } from './kustomize/build.ts';
import { layOver } from './kustomize/overlay.ts';
import { DEFAULT_RENDER_LIMITS, type RenderLimits } from './limits.ts';
import { manifestsOf } from './manifests-of.ts';
import type { Manifests } from './manifests.ts';
import type { RenderRequest } from './render-request.ts';

type KustomizeRequest = Extract<RenderRequest, { engine: 'kustomize' }>;
type DirectoryRequest = Extract<RenderRequest, { engine: 'directory' }>;

/**
 * Renders a folder of a tree. The result names everything that was read, so that it may be used again for every tree in
 * which that is the same. Throws RENDER_INVALID, RENDER_NOT_FOUND, RENDER_UNSUPPORTED and RENDER_LIMIT, and what the tree
 * throws. `fetch` gets what kustomizations name elsewhere; without it that throws REMOTE_NOT_ALLOWED.
 */
export async function render(
  tree: FileTree,
  request: RenderRequest,
  limits: RenderLimits = DEFAULT_RENDER_LIMITS,
  fetch?: FetchRemote,
): Promise<Manifests> {
  const recorder = recordReads(tree);
  const reads = () => recorder.reads();
  switch (request.engine) {
    case 'kustomize':
      return kustomize(recorder.tree, request, { limits, reads, fetch });
    case 'directory':
      return directory(recorder.tree, request, limits, reads);
    case 'detect': {
      const path = normalizePath(request.path);
      const found = await detectSource(recorder.tree, path, request.ignored);
      if (found === 'Helm') {
        throw new CapstanError('RENDER_UNSUPPORTED', `${path || '.'}: Helm charts are not supported yet`, {
          data: { feature: 'Helm', path },
        });
      }
      if (found === 'Directory') {
        return directory(recorder.tree, { ...request, engine: 'directory' }, limits, reads);
      }
      const kustomization = request.kustomization === undefined ? {} : { kustomization: request.kustomization };
      return kustomize(
        recorder.tree,
        {
          engine: 'kustomize',
          path,
          generate: false,
          order: request.order ?? 'legacy',
          ...(request.loadRestrictions === undefined ? {} : { loadRestrictions: request.loadRestrictions }),
          ...kustomization,
        },
        { limits, reads, fetch },
      );
    }
    default:
      return request satisfies never;
  }
}

interface Means {
  readonly limits: RenderLimits;
  readonly reads: () => Manifests['reads'];
  readonly fetch: FetchRemote | undefined;
}

async function kustomize(
  tree: FileTree,
  request: KustomizeRequest,
  { limits, reads, fetch }: Means,
): Promise<Manifests> {
  const recorder = fetch === undefined ? undefined : recordFetches(fetch);
  const laid = await layOver(tree, request);
  const resources = await buildKustomization(laid, request.path, {
    order: request.order,
    loadRestrictions: request.loadRestrictions ?? (request.generate ? 'none' : 'root'),
    // Flux lays the schema that a kustomization names over the built-in one.
    openApi: request.generate ? 'extends' : 'replaces',
    limits,
    ...(recorder === undefined ? {} : { fetch: recorder.fetch }),
  });
  const objects = resources.map(({ object, place }) => ({ object: parseObject(object, place.path), origin: place }));
  return manifestsOf(objects, 'Kustomize', reads(), recorder?.reads() ?? []);
}

async function directory(
  tree: FileTree,
  request: DirectoryRequest,
  limits: RenderLimits,
  reads: () => Manifests['reads'],
): Promise<Manifests> {
  const objects = await renderDirectory(tree, request.path, request.directory, limits);
  return manifestsOf(objects, 'Directory', reads());
}
