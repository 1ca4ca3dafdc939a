import { remoteDigest, remoteKey, type FetchRemote, type RemoteRequest } from './remote-source.ts';

/** Something that was got from elsewhere, and what stands for what came of it. */
export interface RemoteRead {
  readonly request: RemoteRequest;
  readonly digest: string;
}

/** A capability that notes what is got through it, and the notes so far. */
export interface FetchRecorder {
  readonly fetch: FetchRemote;
  reads(): readonly RemoteRead[];
}

/** Wraps a capability so that everything that is got is noted, what failed included. */
export function recordFetches(fetch: FetchRemote): FetchRecorder {
  const reads = new Map<string, RemoteRead>();
  return {
    fetch: async (requests) => {
      const answers = await fetch(requests);
      requests.forEach((request, index) => {
        const answer = answers[index];
        if (answer !== undefined) reads.set(remoteKey(request), { request, digest: remoteDigest(answer) });
      });
      return answers;
    },
    reads: () => [...reads.values()],
  };
}

/** Whether everything that was got once is the same for whoever has `fetch` now. */
export async function fetchesStillHold(reads: readonly RemoteRead[], fetch: FetchRemote | undefined): Promise<boolean> {
  if (reads.length === 0) return true;
  if (fetch === undefined) return false;
  const answers = await fetch(reads.map(({ request }) => request));
  return reads.every(({ digest }, index) => {
    const answer = answers[index];
    return answer !== undefined && answer.kind !== 'failed' && remoteDigest(answer) === digest;
  });
}
