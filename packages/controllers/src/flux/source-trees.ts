import { GitRepository } from '@capstan/api';
import { CapstanError } from '@capstan/errors';
import { formatRef, refOf, type KubernetesObject } from '@capstan/object';
import type { ArtifactContent } from '@capstan/source';
import type { FileTree } from '@capstan/tree';
import { layoutKey, storedLayout, type ContentLayout } from './git-repository/layout.ts';
import { KeptContents } from './kept-contents.ts';
import { viewOf } from './resource-view.ts';
import { composeContent, type SourceReach } from './source-content.ts';

/**
 * The content of sources as their artifacts hold it, read from the mirror (the tar.gz is for others). All Kustomizations
 * of a source share one listing a revision.
 */
export class SourceTrees {
  readonly #reach: SourceReach;
  readonly #kept = new KeptContents();

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
    return this.#kept.get(key, () => composeContent(this.#reach, object, layout, signal));
  }

  /** The content of the source's artifact. Throws SOURCE_NOT_READY without one. */
  async artifactTree(object: KubernetesObject, signal: AbortSignal): Promise<FileTree> {
    const layout = storedLayout(viewOf(GitRepository, object).status);
    if (layout === undefined) throw new CapstanError('SOURCE_NOT_READY', `${formatRef(refOf(object))} has no artifact`);
    return (await this.content(object, layout, signal)).tree;
  }
}
