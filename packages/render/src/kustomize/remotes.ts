import { CapstanError, messageOf } from '@capstan/errors';
import { BuildFiles, Unread, type FilesUsage } from './files.ts';
import { beyondLimit, notAllowed } from './problem.ts';
import { remoteKey, type FetchRemote, type RemoteAnswer, type RemoteRequest } from '@capstan/tree';
import { shownUrl, type RepoUrl } from './repo-url.ts';
import type { RenderLimits } from '../limits.ts';

/** Reads ahead what a folder's kustomization names, so that a build does not stop for each file. */
type ReadAhead = (files: BuildFiles, folder: string) => Promise<void>;

/** What a build has got from elsewhere. The engine looks things up in it, synchronously, as in `BuildFiles`. */
export class Remotes {
  private readonly fetch: FetchRemote | undefined;
  private readonly limits: RenderLimits;
  private readonly usage: FilesUsage;
  private readonly readAhead: ReadAhead;
  private readonly answers = new Map<string, RemoteAnswer>();
  private readonly repositories = new Map<string, BuildFiles>();

  constructor(fetch: FetchRemote | undefined, limits: RenderLimits, usage: FilesUsage, readAhead: ReadAhead) {
    this.fetch = fetch;
    this.limits = limits;
    this.usage = usage;
    this.readAhead = readAhead;
  }

  /** Whether anything may be got from elsewhere. */
  get isAllowed(): boolean {
    return this.fetch !== undefined;
  }

  /** Gets what has not been asked for yet, in one batch. Throws RENDER_LIMIT. */
  async load(requests: readonly RemoteRequest[]): Promise<void> {
    const wanted = new Map<string, RemoteRequest>();
    for (const request of requests) {
      const key = remoteKey(request);
      if (!this.answers.has(key)) wanted.set(key, request);
    }
    if (wanted.size === 0 || this.fetch === undefined) return;
    if (this.answers.size + wanted.size > this.limits.maxRemotes) {
      throw beyondLimit(`a build gets more than ${this.limits.maxRemotes} files and repositories from elsewhere`);
    }
    const keys = [...wanted.keys()];
    const answers = await this.fetch([...wanted.values()]);
    keys.forEach((key, index) => {
      const answer = answers[index];
      if (answer === undefined) return;
      if (answer.kind === 'file') this.usage.addFile(answer.bytes.length);
      this.answers.set(key, answer);
    });
  }

  /** What a URL of a file gave. Throws Unread, and REMOTE_NOT_ALLOWED where nothing is fetched; `file` names it. */
  file(url: string, file: string): Exclude<RemoteAnswer, { kind: 'repository' }> {
    const answer = this.answer({ kind: 'file', url }, url, file);
    if (answer.kind === 'repository') throw new Error('a request for a file was answered with a repository');
    return answer;
  }

  /**
   * The files of a repository and the folder that its URL names. Throws what went wrong, Unread, and REMOTE_NOT_ALLOWED
   * where nothing is fetched; `file` names the kustomization.
   */
  repository(repo: RepoUrl, text: string, folder: string, file: string): BuildFiles {
    const request = repositoryRequest(repo);
    const answer = this.answer(request, text, file);
    if (answer.kind !== 'repository') throw failedRemote(answer, text, file);
    const key = remoteKey(request);
    const known = this.repositories.get(key);
    if (known !== undefined) return known;
    const made = new BuildFiles(answer.tree, this.limits, this.usage, {
      label: `${shownUrl(request.url)}@${answer.commit}:`,
    });
    this.repositories.set(key, made);
    throw new Unread(() => this.readAhead(made, folder));
  }

  private answer(request: RemoteRequest, text: string, file: string): RemoteAnswer {
    if (this.fetch === undefined) throw notAllowed(shownUrl(text), file);
    const found = this.answers.get(remoteKey(request));
    if (found === undefined) throw new Unread(() => this.load([request]));
    return found;
  }
}

/** The error for something elsewhere that could not be got; `file` names the kustomization. */
export function failedRemote(answer: RemoteAnswer, url: string, file: string): CapstanError {
  const remote = shownUrl(url);
  const data = { path: file, remote };
  switch (answer.kind) {
    case 'failed':
      return new CapstanError(answer.error.code, `${file}: '${remote}': ${messageOf(answer.error)}`, {
        data,
        cause: answer.error,
      });
    case 'status':
      return new CapstanError(
        'REMOTE_FAILED',
        `${file}: '${remote}' was answered with the HTTP status ${answer.status}`,
        {
          data: { ...data, status: answer.status },
        },
      );
    case 'file':
    case 'repository':
      return new CapstanError('REMOTE_FAILED', `${file}: '${remote}' was answered with a ${answer.kind}`, { data });
    default:
      return answer satisfies never;
  }
}

/** What is asked for a repository that a URL names. */
export function repositoryRequest(repo: RepoUrl): Extract<RemoteRequest, { kind: 'repository' }> {
  const { host, repoPath, ref, submodules, timeoutSeconds } = repo;
  return { kind: 'repository', url: host + repoPath, ref, submodules, timeoutSeconds };
}
