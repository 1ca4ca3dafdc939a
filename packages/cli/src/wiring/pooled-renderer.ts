import { LastRequests, type Renderer } from '@capstan/controllers';
import { CapstanError } from '@capstan/errors';
import { answerTree, createPool } from '@capstan/pool';
import { CachedRender, type Manifests } from '@capstan/render';
import type { RenderTask } from './render-task.ts';

/** How long one render may take, its reads included. */
const RENDER_TIMEOUT_MS = 60_000;

/** So long a render may take before others get a worker of their own. */
const PATIENCE_MS = 2_000;

/** Renders in warm child processes that can reach nothing, through the read-set cache. */
export function pooledRenderer(options: { readonly workers: number }): Renderer {
  const pool = createPool({
    entry: new URL('./render-worker.ts', import.meta.url),
    size: options.workers,
    patienceMs: PATIENCE_MS,
  });
  const cache = new CachedRender();
  const last = new LastRequests();
  return {
    render: async ({ owner, tree, request, signal }) => {
      last.note(owner, request);
      const before = cache.statistics.renders;
      const make = async (): Promise<Manifests> => {
        const task: RenderTask = { digest: tree.digest, request };
        return manifestsOf(
          await pool.run(task, {
            key: owner,
            timeoutMs: RENDER_TIMEOUT_MS,
            onRequest: answerTree(tree),
            ...(signal === undefined ? {} : { signal }),
          }),
        );
      };
      // Scoped by nothing: what was read decides, and the same content gives the same result for all.
      const manifests = await cache.render(tree, request, make);
      return { manifests, cached: cache.statistics.renders === before };
    },
    isAsBefore: async (owner, tree) => {
      const request = last.of(owner);
      return request !== undefined && (await cache.holds(tree, request));
    },
    get renders() {
      return cache.statistics.renders;
    },
    close: () => pool.close(),
  };
}

// What a worker answers is our own code's, over a channel that content cannot reach.
function manifestsOf(value: unknown): Manifests {
  if (typeof value === 'object' && value !== null && 'objects' in value && 'digest' in value && 'reads' in value)
    return value as Manifests;
  throw new CapstanError('POOL_CRASHED', 'a render worker answered something that is no render');
}
