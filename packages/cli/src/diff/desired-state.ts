import type { DriftRules } from '@capstan/controllers';
import type { Takeover } from '@capstan/diff';
import type { KubernetesObject, VersionedRef } from '@capstan/object';

/** What is wanted of a cluster, and how it would be applied. */
export interface DesiredState {
  readonly objects: readonly KubernetesObject[];
  /** Hooks are run, not compared: how many there are. */
  readonly hooks: number;
  readonly strategy:
    | { readonly kind: 'client-side'; readonly manager: string }
    | {
        readonly kind: 'server-side';
        readonly manager: string;
        readonly takeover?: Takeover;
        /** Fields that others may change. */
        readonly ignore?: DriftRules | undefined;
      };
  /** What the app has applied before, and whether what is no longer wanted of it is deleted. */
  readonly inventory: readonly VersionedRef[];
  readonly prunes: boolean;
  /** The namespace of namespaced objects that name none; they are refused by the server where there is none here. */
  readonly namespace?: string;
  /** What was rendered, for people: a commit or a folder. */
  readonly from: string;
}

/** Where an app's content is taken from. */
export type ContentSource =
  | { readonly kind: 'folder'; readonly folder: string }
  /** A revision of the app's repository; undefined for the one that the app follows. */
  | { readonly kind: 'revision'; readonly revision: string | undefined };
