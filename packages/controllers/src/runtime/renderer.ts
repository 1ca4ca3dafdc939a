import type { Manifests, RenderRequest } from '@capstan/render';
import type { RemoteAccess } from '@capstan/source';
import type { FileTree } from '@capstan/tree';

/** A render to be made. `owner` is for fairness between resources and for messages. */
export interface RenderJob {
  readonly owner: string;
  readonly tree: FileTree;
  readonly request: RenderRequest;
  /** On whose behalf what kustomizations name elsewhere is fetched; nothing is when absent. */
  readonly remotes?: Pick<RemoteAccess, 'source'>;
  readonly signal?: AbortSignal;
}

/** A finished render, and whether it was found in the cache by what it had read. */
export interface RenderResult {
  readonly manifests: Manifests;
  readonly cached: boolean;
}

/** Renders in the pool's killable processes, through the read-set cache. Throws RENDER_*, REMOTE_*, GIT_*, YAML_*, TREE_*, POOL_*. */
export interface Renderer {
  render(job: RenderJob): Promise<RenderResult>;
  /** Whether the last render of an owner would come out the same on this tree, without a render: false where unknown. */
  isAsBefore(owner: string, tree: FileTree): Promise<boolean>;
  /** How many renders have been made, cached ones not counted. */
  readonly renders: number;
  close(): Promise<void>;
}
