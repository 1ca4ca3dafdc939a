import { GitRepository } from '@capstan/api';
import { CapstanError } from '@capstan/errors';
import { formatRef, refOf, type KubernetesObject } from '@capstan/object';
import type { ArtifactContent } from '@capstan/source';
import type { FileTree } from '@capstan/tree';
import { layoutKey, storedLayout, type ContentLayout } from './git-repository/layout.ts';
import { viewOf } from './resource-view.ts';
import { composeContent, type SourceReach } from './source-content.ts';

/** Sources whose listing is kept; a listing is names and digests, no content. */
const MAX_TREES = 256;

/**
 * The content of sources as their artifacts hold it, read from the mirror (the tar.gz is for others). All Kustomizations
 * of a source share one listing a revision.
 */
export class SourceTrees {
  readonly #reach: SourceReach;
  readonly #kept = new Map<string, Promise<ArtifactContent>>();

  constructor(reach: SourceReach) {
    this.#reach = reach;
  }

  /**
   * The content that a layout asks for. What is kept outlives a change of the URL: a commit is the same wherever it comes
   * from. Throws GIT_*.
   */
  async content(object: KubernetesObject, layout: ContentLayout, signal: AbortSignal): Promise<ArtifactContent> {
    const { uid } = object.metadata;
    const key = `${typeof uid === 'string' ? uid : ''} ${layoutKey(layout)}`;
    const known = this.#kept.get(key);
    if (known !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known;
    }
    const made = composeContent(this.#reach, object, layout, signal);
    this.#kept.set(key, made);
    made.catch(() => this.#kept.delete(key));
    if (this.#kept.size > MAX_TREES) {
      const [oldest] = this.#kept.keys();
      if (oldest !== undefined) this.#kept.delete(oldest);
    }
    return made;
  }

  /** The content of the source's artifact. Throws SOURCE_NOT_READY without one. */
  async artifactTree(object: KubernetesObject, signal: AbortSignal): Promise<FileTree> {
    const layout = storedLayout(viewOf(GitRepository, object).status);
    if (layout === undefined) throw new CapstanError('SOURCE_NOT_READY', `${formatRef(refOf(object))} has no artifact`);
    return (await this.content(object, layout, signal)).tree;
  }
}
