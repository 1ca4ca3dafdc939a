import type { Revision } from './revision.ts';

/** A revision's content, stored under its digest: what sources hand to renderers and serve over HTTP. */
export interface Artifact {
  readonly revision: Revision;
  /** `sha256:…` of the tar.gz. */
  readonly digest: string;
  /** Bytes of the tar.gz. */
  readonly size: number;
  /** Path below the artifact listener: `gitrepository/NAMESPACE/NAME/COMMIT.tar.gz`. */
  readonly path: string;
  /** Digest of the FileTree that it was made from. */
  readonly treeDigest: string;
}
