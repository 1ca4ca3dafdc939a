import type { Transport, WireAnswer, WireRequest } from './transport.ts';

/** Told of every call to a cluster, and of every watch as it is opened. It must not throw or block. */
export interface CallObserver {
  /** A call goes out; the returned function is called with what came of it: `broken` is no answer, or a server's error. */
  begun(): (outcome: 'answered' | 'broken') => void;
}

/** A transport that tells an observer what becomes of its calls. */
export function observeCalls<T extends Transport>(transport: T, observer: CallObserver | undefined): T {
  if (observer === undefined) return transport;
  const observed = async (
    request: WireRequest,
    send: (request: WireRequest) => Promise<WireAnswer>,
  ): Promise<WireAnswer> => {
    const ended = observer.begun();
    try {
      const answer = await send(request);
      ended(answer.status >= 500 ? 'broken' : 'answered');
      return answer;
    } catch (error) {
      // Whoever gives up on a call says nothing about the cluster.
      ended(request.signal.aborted ? 'answered' : 'broken');
      throw error;
    }
  };
  return {
    ...transport,
    call: (request) => observed(request, (sent) => transport.call(sent)),
    watch: (request) => observed(request, (sent) => transport.watch(sent)),
  };
}
