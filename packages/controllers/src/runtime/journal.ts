import type { ClusterId, VersionedRef } from '@capstan/object';

/** Who caused an entry: a person, a webhook, Capstan by itself. */
export type Actor = { readonly kind: 'capstan' } | { readonly kind: 'user'; readonly name: string };

/** What happened to an Application or Kustomization, for the history that people look at. Never a Secret's value. */
export interface JournalEntry {
  readonly at: string;
  readonly owner: VersionedRef;
  readonly cluster: ClusterId;
  readonly actor: Actor;
  readonly event:
    | {
        readonly kind: 'rendered';
        readonly revision: string;
        readonly digest: string;
        readonly objects: number;
        readonly milliseconds: number;
        readonly cached: boolean;
      }
    | {
        readonly kind: 'sync';
        readonly revision: string;
        readonly phase: 'started' | 'succeeded' | 'failed';
        readonly message: string;
      }
    | {
        readonly kind: 'drift';
        readonly object: VersionedRef;
        readonly fields: readonly string[];
        readonly manager?: string;
        readonly healed: boolean;
      }
    | { readonly kind: 'health'; readonly from: string; readonly to: string }
    | { readonly kind: 'suspension'; readonly suspended: boolean };
}

/** Where controllers write what happened. It must not throw or block. */
export interface Journal {
  write(entry: JournalEntry): void;
}

/** A journal that keeps nothing, for where nobody looks. */
export const silentJournal: Journal = { write: () => undefined };
