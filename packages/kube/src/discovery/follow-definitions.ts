import type { GroupVersionKind } from '@capstan/object';
import type { KubeClient } from '../client/kube-client.ts';
import type { Clock } from '../clock.ts';
import { reflect } from '../watch/reflector.ts';

const WATCHED: readonly GroupVersionKind[] = [
  { group: 'apiextensions.k8s.io', version: 'v1', kind: 'CustomResourceDefinition' },
  { group: 'apiregistration.k8s.io', version: 'v1', kind: 'APIService' },
];
/** When discovery is read after a change: the server publishes a definition a moment after it took it. */
const REREAD_AFTER_MS: readonly number[] = [50, 500, 2_000];

/** What following definitions needs. */
export interface FollowOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly onFailure: (error: unknown) => void;
}

/**
 * Watches CRDs and APIServices (their metadata alone), and reads discovery again after each change. Resolves when the
 * signal is aborted; never throws.
 */
export async function followDefinitions(options: FollowOptions): Promise<void> {
  const { client, clock } = options;
  const pending = new Map<number, () => void>();
  const reread = (): void => {
    client.discovery.invalidate();
    client.discovery.refresh({ signal: options.signal }).catch((error: unknown) => {
      if (!options.signal.aborted) options.onFailure(error);
    });
  };
  const changed = (): void => {
    for (const delay of REREAD_AFTER_MS) {
      pending.get(delay)?.();
      pending.set(delay, clock.after(delay, reread));
    }
  };
  const follow = (kind: GroupVersionKind): Promise<void> => {
    let lists = 0;
    return reflect({
      ...options,
      kind: () => Promise.resolve(kind),
      metadataOnly: true,
      sink: {
        begin: () => undefined,
        page: () => undefined,
        // The first list tells nothing new; after a later one anything may have changed.
        complete: () => void (lists++ > 0 && changed()),
        event: changed,
        bookmark: () => undefined,
        absent: () => undefined,
        state: () => undefined,
      },
    });
  };
  await Promise.all(WATCHED.map(follow));
  for (const cancel of pending.values()) cancel();
}
