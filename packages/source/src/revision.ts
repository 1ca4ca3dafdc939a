/**
 * What a reference resolved to. `commit` is the full hash; `reference` is what it was reached by, as a ref name
 * (`refs/heads/main`, `refs/tags/v1`, `HEAD`) or '' for a bare commit. How a dialect prints it is the dialect's business.
 */
export interface Revision {
  readonly commit: string;
  readonly reference: string;
}

/** How a Git revision is asked for. The first that is set wins, in the order commit, name, semver, tag, branch. */
export type GitReference =
  | { readonly kind: 'branch'; readonly branch: string }
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'semver'; readonly range: string }
  | { readonly kind: 'name'; readonly name: string }
  /** As `git fetch` takes one: HEAD where nothing is said, a full commit, a tag before a branch, any ref's name or its end. */
  | { readonly kind: 'fetched'; readonly text: string }
  | { readonly kind: 'commit'; readonly commit: string; readonly branch?: string }
  /**
   * Argo CD's targetRevision: HEAD, branch, tag, semver range, full or short commit. With a prefix, versions and ranges are
   * looked for among the tags that begin with it.
   */
  | { readonly kind: 'any'; readonly text: string; readonly tagPrefix?: string };
