import { LastRequests, type RenderJob, type Renderer } from '@capstan/controllers';
import { CapstanError } from '@capstan/errors';
import { answerTree, createPool, headStart, type Pool } from '@capstan/pool';
import { CachedRender, DEFAULT_RENDER_LIMITS, type Manifests } from '@capstan/render';
import type { RemoteBases } from '@capstan/source';
import type { FetchRemote } from '@capstan/tree';
import { KnownRemotes, type NeededRemotes } from './known-remotes.ts';
import type { RenderTask } from './render-task.ts';

/** How long one render may take, its reads included. */
const RENDER_TIMEOUT_MS = 60_000;

/** So long a render may take before others get a worker of their own. */
const PATIENCE_MS = 2_000;

/** What a pooled renderer works with. */
export interface PooledRendererOptions {
  readonly workers: number;
  /** Fetches what kustomizations name elsewhere, for the jobs that may have it; nothing is fetched when absent. */
  readonly remotes?: Pick<RemoteBases, 'fetchFor'>;
}

/** Renders in warm child processes that can reach nothing, through the read-set cache. */
export function pooledRenderer({ workers, remotes }: PooledRendererOptions): Renderer {
  const pool = createPool({
    entry: new URL('./render-worker.ts', import.meta.url),
    size: workers,
    patienceMs: PATIENCE_MS,
  });
  const cache = new CachedRender();
  const last = new LastRequests();
  return {
    render: async (job) => {
      const { owner, tree, request, signal } = job;
      last.note(owner, request);
      const before = cache.statistics.renders;
      const fetch = job.remotes && remotes?.fetchFor({ ...job.remotes, ...(signal === undefined ? {} : { signal }) });
      // Scoped by nothing: what was read decides, and the same content gives the same result for all.
      const manifests = await cache.render(tree, request, () => renderIn(pool, job, fetch), {
        ...(fetch === undefined ? {} : { fetch }),
        // What credentials open is for those who have them.
        access: job.remotes?.source?.credentials === undefined ? '' : owner,
      });
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

/**
 * Renders in a worker, and again whenever it needs something from elsewhere, once that is there: no worker waits for a
 * server. Each time it knows more, and how much it may need is bounded, so that this ends.
 */
async function renderIn(pool: Pool, job: RenderJob, fetch: FetchRemote | undefined): Promise<Manifests> {
  const { owner, tree, request, signal } = job;
  const known = new KnownRemotes();
  const start = await headStart(tree, request.path);
  for (let round = 0; round <= DEFAULT_RENDER_LIMITS.maxRemotes; round++) {
    const task: RenderTask = {
      digest: tree.digest,
      request,
      ...(start === undefined ? {} : { start }),
      ...(fetch === undefined ? {} : { remotes: known.sent }),
    };
    const value = await pool.run(task, {
      key: owner,
      timeoutMs: RENDER_TIMEOUT_MS,
      onRequest: answerTree(tree, known.trees),
      ...(signal === undefined ? {} : { signal }),
    });
    if (fetch === undefined || !isNeed(value)) return manifestsOf(value);
    known.add(value.needs, await fetch(value.needs));
  }
  throw new CapstanError('RENDER_LIMIT', 'a render needs ever more from elsewhere');
}

function isNeed(value: unknown): value is NeededRemotes {
  return typeof value === 'object' && value !== null && 'needs' in value && Array.isArray(value.needs);
}

// What a worker answers is our own code's, over a channel that content cannot reach.
function manifestsOf(value: unknown): Manifests {
  if (typeof value === 'object' && value !== null && 'objects' in value && 'digest' in value && 'reads' in value)
    return value as Manifests;
  throw new CapstanError('POOL_CRASHED', 'a render worker answered something that is no render');
}
