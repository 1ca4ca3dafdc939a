import { fromFailure, remoteTree, toFailure, aboutTree, type ContentCache, type Failure } from '@capstan/pool';
import { remoteKey, type FetchRemote, type FileTree, type RemoteAnswer, type RemoteRequest } from '@capstan/tree';

/** An answer on its way to a worker: a repository stands in the parent, as one of the trees that it answers for. */
type SentAnswer =
  | Exclude<RemoteAnswer, { kind: 'repository' | 'failed' }>
  | { readonly kind: 'repository'; readonly commit: string; readonly digest: string; readonly tree: number }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** What a worker is told of what lies elsewhere, by the key of the request. */
export type SentRemotes = Readonly<Record<string, SentAnswer>>;

/** What a worker answers where it needs something from elsewhere that it was not told of. */
export interface NeededRemotes {
  readonly needs: readonly RemoteRequest[];
}

/** Thrown in a worker for what it was not told of: it has no network and never waits for one, the parent asks and begins anew. */
export class RemotesNeeded extends Error {
  readonly requests: readonly RemoteRequest[];

  constructor(requests: readonly RemoteRequest[]) {
    super('something from elsewhere is needed');
    this.requests = requests;
  }
}

/** What has been fetched for one render, in the parent. */
export class KnownRemotes {
  /** The trees of repositories, in the order in which workers ask about them. */
  readonly trees: FileTree[] = [];
  readonly #sent: Record<string, SentAnswer> = {};

  /** In the form in which a worker is told. */
  get sent(): SentRemotes {
    return this.#sent;
  }

  /** Takes over what requests were answered with. */
  add(requests: readonly RemoteRequest[], answers: readonly RemoteAnswer[]): void {
    requests.forEach((request, index) => {
      const answer = answers[index];
      if (answer !== undefined) this.#sent[remoteKey(request)] = this.#send(answer);
    });
  }

  #send(answer: RemoteAnswer): SentAnswer {
    switch (answer.kind) {
      case 'repository': {
        const { kind, commit, tree } = answer;
        return { kind, commit, digest: tree.digest, tree: this.trees.push(tree) - 1 };
      }
      case 'failed':
        return { kind: 'failed', failure: toFailure(answer.error) };
      case 'file':
      case 'status':
        return answer;
      default:
        return answer satisfies never;
    }
  }
}

/** The capability of a worker: answers what it was told of, and throws RemotesNeeded for the rest. */
export function fetchFromKnown(
  sent: SentRemotes,
  request: (input: unknown) => Promise<unknown>,
  cache: ContentCache,
): FetchRemote {
  const received = (answer: SentAnswer): RemoteAnswer => {
    if (answer.kind === 'failed') return { kind: 'failed', error: fromFailure(answer.failure) };
    if (answer.kind !== 'repository') return answer;
    const { kind, commit, digest, tree } = answer;
    return { kind, commit, tree: remoteTree(digest, aboutTree(tree, request), cache) };
  };
  return async (requests) => {
    const found = requests.map((wanted) => sent[remoteKey(wanted)]);
    const missing = requests.filter((_, index) => found[index] === undefined);
    if (missing.length > 0) throw new RemotesNeeded(missing);
    return found.flatMap((answer) => (answer === undefined ? [] : [received(answer)]));
  };
}
