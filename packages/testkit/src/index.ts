export { createGitRepository, type CommitFile, type CommitOptions, type GitRepository } from './git-repository.ts';
