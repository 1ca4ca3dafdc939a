export type { Artifact } from './artifact.ts';
export type { GitCredentials } from './credentials.ts';
export type { CommitInfo, GitRequest, GitSource } from './git-source.ts';
export type { GitReference, Revision } from './revision.ts';
