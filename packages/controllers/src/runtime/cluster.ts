import type { CallObserver, ClusterConfig, ClusterScope, KubeClient, WatchCache } from '@capstan/kube';
import type { ClusterId, GroupVersionKind, Identity, KubernetesObject, ObjectRef, VersionedRef } from '@capstan/object';
import type { Claims } from './claims.ts';
import type { Interests } from './interests.ts';
import type { KindRules } from './kind-rules.ts';

/** Objects as new as anything has shown them, and what our own writes have shown of them. */
export interface LiveObjects {
  /** The newest state known; undefined where the object does not exist. */
  get(ref: VersionedRef, signal?: AbortSignal): Promise<KubernetesObject | undefined>;
  /** Remembers the answer to a write until the watch shows it or something newer. */
  wrote(ref: ObjectRef, object: KubernetesObject): void;
  /** Forgets what was written, where the object has been deleted by us. */
  removed(ref: ObjectRef): void;
}

/** A cluster that resources are applied to. */
export interface Cluster {
  readonly id: ClusterId;
  /** With Capstan's own rights. */
  readonly client: KubeClient;
  /** As somebody else; the same connection, discovery and flow control. */
  as(identity: Identity): KubeClient;
  readonly cache: WatchCache;
  /** Objects as new as our own writes: what reconcilers read. */
  readonly live: LiveObjects;
  readonly interests: Interests;
  /** Who else claims its objects. */
  readonly claims: Claims;
  /** How objects of a kind are merged and patched, from the cluster's own OpenAPI; kept until a CRD changes. */
  rules(kind: GroupVersionKind, signal?: AbortSignal): Promise<KindRules>;
}

/** A cluster that somebody has opened, until they close it. */
export interface OpenedCluster extends Cluster {
  /** Whether it answers, asked on a connection of its own and once: rejects with why not. */
  probe(signal: AbortSignal): Promise<void>;
  /** Ends every connection and forgets everything; calls under way fail. */
  close(): Promise<void>;
}

/** A cluster besides the local one. */
export interface ClusterDefinition {
  readonly id: ClusterId;
  /** How it is reached; the local cluster's own way as somebody else, where it is a function. */
  readonly config: ClusterConfig | ((local: ClusterConfig) => ClusterConfig);
  /** What of it may be watched; all when absent. */
  readonly scope?: ClusterScope;
  /** Told of every call but watches and probes. */
  readonly observer?: CallObserver;
}

/** The clusters that are known, the local one always among them. */
export interface Clusters {
  readonly local: Cluster;
  get(id: ClusterId): Cluster | undefined;
  list(): readonly Cluster[];
}
