import type { WatchCache } from '@capstan/kube';
import type { GroupKind } from '@capstan/object';

const REGISTRATION = 'admissionregistration.k8s.io';
/** What lets others than the API server itself judge a write. */
const judges: readonly GroupKind[] = [
  { group: REGISTRATION, kind: 'ValidatingWebhookConfiguration' },
  { group: REGISTRATION, kind: 'MutatingWebhookConfiguration' },
  { group: REGISTRATION, kind: 'ValidatingAdmissionPolicyBinding' },
  { group: REGISTRATION, kind: 'MutatingAdmissionPolicyBinding' },
];
const quotas: GroupKind = { group: '', kind: 'ResourceQuota' };
const namespaces: GroupKind = { group: '', kind: 'Namespace' };

/** What of a cluster decides, besides the API server's own validation, whether an object may be created. */
export class Admission {
  readonly #cache: WatchCache;
  readonly #holds: readonly { release(): void }[];

  /** Begins to watch what decides. */
  constructor(cache: WatchCache) {
    this.#cache = cache;
    this.#holds = [...judges, quotas, namespaces].map((kind) => {
      const hold = cache.hold(kind);
      // A kind that cannot be watched leaves the answer at no.
      hold.synced.catch(() => undefined);
      return hold;
    });
  }

  /**
   * Whether the API server's own validation alone decides what may be created in a namespace: the namespace is there to
   * stay, it has no quota, and the cluster has neither admission webhooks nor policies. No where that is not known.
   */
  isUpToValidation(namespace: string): boolean {
    const cache = this.#cache;
    if (![...judges, quotas, namespaces].every((kind) => cache.synced(kind))) return false;
    const entry = cache.entry({ ...namespaces, namespace: '', name: namespace });
    return (
      entry !== undefined &&
      !entry.deleting &&
      judges.every((kind) => cache.list(kind).length === 0) &&
      cache.list(quotas, namespace).length === 0
    );
  }

  close(): void {
    for (const hold of this.#holds) hold.release();
  }
}
