import type { Log, QueueFactory } from '@capstan/controllers';
import { isCapstanError, messageOf } from '@capstan/errors';
import { createWorkQueue, type BackoffPolicy } from '@capstan/kube';

/** Flux's back-off for what fails: 750 ms, doubling, at most 15 minutes. */
const backoff: BackoffPolicy = { baseMs: 750, factor: 2, maxMs: 15 * 60_000, jitter: 0.1 };

/** Reconciles of one controller that run at a time. They wait for the network only, so there may be many. */
export const CONCURRENCY = 16;

/** Queues for controllers, whose failures are logged and tried again. */
export function controllerQueues(log: Log): QueueFactory {
  return (work, controller, controllerKind) =>
    createWorkQueue({
      work,
      concurrency: CONCURRENCY,
      backoff,
      onError: (key, error, failures) =>
        log.error(
          {
            controller,
            controllerKind,
            ...namesOf(key),
            failures,
            code: isCapstanError(error) ? error.code : undefined,
            error: messageOf(error),
          },
          'reconcile failed; it is tried again',
        ),
    });
}

/** What a key names: `namespace/name`. */
function namesOf(key: string): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, Math.max(slash, 0)), name: key.slice(slash + 1) };
}
