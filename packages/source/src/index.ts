export type { Artifact } from './artifact.ts';
export { artifactHandler } from './artifact/artifact-handler.ts';
export {
  createArtifactStore,
  type ArtifactOwner,
  type ArtifactStore,
  type ArtifactStoreOptions,
} from './artifact/artifact-store.ts';
export { artifactContent, type ArtifactContent, type IgnorePath } from './artifact/artifact-tree.ts';
export { fluxArtifactContent } from './artifact/flux-artifact.ts';
export { packArtifact } from './artifact/pack.ts';
export type { Retention } from './artifact/retention.ts';
export {
  argoProjectRepositories,
  argoRepository,
  normalizeArgoUrl,
  type ArgoCredentialSources,
  type ArgoRepository,
} from './credentials/argo-secrets.ts';
export { fluxGitCredentials, fluxProxy, hasGitHubApp } from './credentials/flux-secret.ts';
export type { GitCredentials } from './credentials/git-credentials.ts';
export type { CommitInfo, GitHistory, GitRequest, GitSource, Submodule, TreeOptions } from './git-source.ts';
export { signedRevision, type SignedRevision, type SignedTag } from './git/signed-revision.ts';
export { sparseTree } from './git/sparse-tree.ts';
export { submoduleRequest } from './git/submodules.ts';
export { treeWithSubmodules } from './git/tree-with-submodules.ts';
export { createGitSource, type GitSourceOptions } from './git/git-source.ts';
export { parseGitUrl, type GitProtocol, type GitUrl } from './git/git-url.ts';
export { HttpFiles, type HttpFilesOptions } from './remote/http-files.ts';
export { isOwnAddress, type AllowsAddress } from './remote/own-address.ts';
export { RemoteBases, type RemoteAccess, type RemoteBasesOptions } from './remote/remote-bases.ts';
export { startGitHost, type GitHost, type GitHostOptions, type PushEvent } from './host/git-host.ts';
export type { GitReference, Revision } from './revision.ts';
export { localTree } from './local/local-tree.ts';
export {
  checkPgpSignature,
  parseAuthorizedKeys,
  readPgpKeyring,
  readSignedCommit,
  readSignedTag,
  signatureType,
  tagTarget,
  verifyPgpSignature,
  verifySshSignature,
  type PgpKeyring,
  type PgpStatus,
  type PgpVerification,
  type SignatureType,
  type SignedObject,
  type SshPublicKey,
} from './signatures/index.ts';
