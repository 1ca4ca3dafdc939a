import type { KubernetesObject } from '@capstan/object';
import type { ReadSet, RemoteRead } from '@capstan/tree';

/** An object as rendered, and the file it came from (the document's number in it counts from 0). */
export interface RenderedObject {
  readonly object: KubernetesObject;
  readonly origin: { readonly path: string; readonly document: number; readonly line?: number };
}

/** What kind of source a folder turned out to be, by the name that Argo CD's status gives it. */
export type SourceType = 'Kustomize' | 'Directory' | 'Helm' | 'Plugin';

/** A complete render. Objects stand in the engine's order. */
export interface Manifests {
  readonly objects: readonly RenderedObject[];
  readonly sourceType: SourceType;
  /** Digest over the objects' canonical JSON, in order: equal digests mean that nothing changed. */
  readonly digest: string;
  /** The output as the engine prints it (for kustomize: byte-identical to `kustomize build`). */
  readonly text: string;
  /** What was read to make it. */
  readonly reads: ReadSet;
  /** What was got from elsewhere to make it. */
  readonly remotes: readonly RemoteRead[];
  /** Whether a Secret's content went in: such a result is kept in memory only. */
  readonly readSecret: boolean;
}
