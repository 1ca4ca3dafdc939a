import { GitRepository } from '@capstan/api';
import { CapstanError } from '@capstan/errors';
import { durationMilliseconds, formatRef, refOf, type KubernetesObject } from '@capstan/object';
import { fluxArtifactContent, fluxGitCredentials, type ArtifactContent, type GitRequest } from '@capstan/source';
import type { FileTree } from '@capstan/tree';
import type { Engine } from '../runtime/engine.ts';
import { commitOfRevision } from './git-repository/reference.ts';
import { viewOf } from './resource-view.ts';

const DEFAULT_TIMEOUT = '60s';
/** Sources whose listing is kept; a listing is names and digests, no content. */
const MAX_TREES = 256;

/** How a GitRepository's repository is reached, with the credentials of its Secret. */
export async function gitRequestOf(engine: Engine, object: KubernetesObject, signal: AbortSignal): Promise<GitRequest> {
  const { spec } = viewOf(GitRepository, object);
  if (spec === undefined) throw new CapstanError('SPEC_INVALID', `${formatRef(refOf(object))}: spec: is missing`);
  const { namespace } = refOf(object);
  const timeoutSeconds = durationMilliseconds(spec.timeout ?? DEFAULT_TIMEOUT) / 1000;
  if (spec.secretRef === undefined) return { url: spec.url, timeoutSeconds };
  const secret = await engine.clusters.local.client.get(
    { group: '', version: 'v1', kind: 'Secret', namespace, name: spec.secretRef.name },
    { signal },
  );
  return { url: spec.url, timeoutSeconds, credentials: fluxGitCredentials(secret, spec.url) };
}

/**
 * The content of sources as their artifacts hold it, read from the mirror (the tar.gz is for others). All Kustomizations
 * of a source share one listing a revision.
 */
export class SourceTrees {
  readonly #engine: Engine;
  readonly #kept = new Map<string, Promise<ArtifactContent>>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /**
   * The content at a commit, without what the ignore rules leave out. What is kept outlives a change of the URL: a commit
   * is the same wherever it comes from. Throws GIT_*.
   */
  async content(
    object: KubernetesObject,
    commit: string,
    ignore: string | undefined,
    signal: AbortSignal,
  ): Promise<ArtifactContent> {
    const key = JSON.stringify([object.metadata['uid'] ?? '', commit, ignore ?? null]);
    const known = this.#kept.get(key);
    if (known !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known;
    }
    const made = this.#read(object, commit, ignore, signal);
    this.#kept.set(key, made);
    made.catch(() => this.#kept.delete(key));
    if (this.#kept.size > MAX_TREES) {
      const [oldest] = this.#kept.keys();
      if (oldest !== undefined) this.#kept.delete(oldest);
    }
    return made;
  }

  /** The content at the revision of the source's artifact. Throws SOURCE_NOT_READY without one. */
  async artifactTree(object: KubernetesObject, signal: AbortSignal): Promise<FileTree> {
    const { status } = viewOf(GitRepository, object);
    const revision = status?.artifact?.revision;
    const commit = revision === undefined ? undefined : commitOfRevision(revision);
    if (commit === undefined) throw new CapstanError('SOURCE_NOT_READY', `${formatRef(refOf(object))} has no artifact`);
    return (await this.content(object, commit, status?.observedIgnore, signal)).tree;
  }

  async #read(
    object: KubernetesObject,
    commit: string,
    ignore: string | undefined,
    signal: AbortSignal,
  ): Promise<ArtifactContent> {
    const request = await gitRequestOf(this.#engine, object, signal);
    const tree = await this.#engine.git.tree(request, { commit, reference: '' }, signal, { links: 'omit' });
    return fluxArtifactContent(tree, ignore);
  }
}
