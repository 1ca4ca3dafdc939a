import { isCapstanError } from '@capstan/errors';
import type { JsonObject, KubernetesObject, VersionedRef } from '@capstan/object';
import { createApplication } from './application.ts';
import type { ClusterView } from './cluster-view.ts';
import { createKustomization } from './kustomization.ts';
import type { Dialect } from './scenario.ts';

/** How an app is set up, in words that both dialects have. */
export interface AppOptions {
  readonly path: string;
  readonly branch?: string;
  /** Another repository than the scenario's own. */
  readonly url?: string;
  /** Whether Capstan acts by itself; for Flux that is always so. */
  readonly automated?: boolean;
  readonly prune?: boolean;
  readonly selfHeal?: boolean;
  /** Argo CD's sync options. */
  readonly syncOptions?: readonly string[];
  /** Argo CD: how a failed operation is tried again; five times over two minutes and a half when absent. */
  readonly retry?: JsonObject;
  /** How long Flux may take to reach the repository; 20 s when absent. */
  readonly sourceTimeout?: string;
  /** Fields laid over the Application's or Kustomization's spec. */
  readonly spec?: JsonObject;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Argo CD's finalizer, with which deleting the Application deletes its objects. */
  readonly finalizer?: boolean;
  /** Flux: the Secret with the credentials, beside the GitRepository. */
  readonly secretRef?: string;
}

/** An Application, or a GitRepository with a Kustomization, as a scenario drives it. */
export interface App {
  readonly ref: VersionedRef;
  /** What the repository's state stands on: the GitRepository, or the Application itself. */
  readonly source: VersionedRef;
  /** Waits until everything of a commit is applied and healthy. */
  applied(commit: string): Promise<KubernetesObject>;
  /** Waits until the resource says that something is wrong, in words that match. */
  complains(words: RegExp, timeoutMs?: number): Promise<void>;
  /** Waits until the resource says that the cluster differs from Git, without having mended it (Argo CD only). */
  outOfSync(): Promise<void>;
  /** Asks for a look at Git now, as people and webhooks do. */
  refresh(): Promise<void>;
  /** Asks for a reconcile, and waits until it is done and written down. */
  reconciled(): Promise<void>;
  /** Changes the resource's spec. */
  change(spec: JsonObject): Promise<void>;
  remove(): Promise<void>;
  gone(): Promise<void>;
}

/** Where an app of a scenario lives. */
export interface AppPlace {
  readonly view: ClusterView;
  readonly name: string;
  /** Where the workload goes. */
  readonly namespace: string;
  readonly url: string;
}

/** Creates an app in a dialect. */
export async function createApp(place: AppPlace, dialect: Dialect, options: AppOptions): Promise<App> {
  return dialect === 'argo' ? createApplication(place, options) : createKustomization(place, options);
}

/** Deletes an object that may be gone already. */
export async function removeObject(view: ClusterView, ref: VersionedRef): Promise<void> {
  try {
    await view.client.delete(ref, { propagation: 'Background' });
  } catch (error) {
    if (!isCapstanError(error, 'KUBE_NOT_FOUND')) throw error;
  }
}
