export type { Artifact } from './artifact.ts';
export type { GitCredentials } from './credentials.ts';
export type { CommitInfo, GitRequest, GitSource, TreeOptions } from './git-source.ts';
export { createGitSource, type GitSourceOptions } from './git/git-source.ts';
export { parseGitUrl, type GitProtocol, type GitUrl } from './git/git-url.ts';
export { startGitHost, type GitHost, type GitHostOptions, type PushEvent } from './host/git-host.ts';
export type { GitReference, Revision } from './revision.ts';
