import type { JsonObject } from '@capstan/object';
import type { JsonnetVariable } from './jsonnet/index.ts';

/** Options of a plain folder, as Argo CD's `directory` has them. Patterns are its globs, `{a,b}` included. */
export interface DirectoryOptions {
  readonly recurse: boolean;
  readonly include?: string;
  readonly exclude?: string;
  /** Whether every file is a manifest, whatever its name ends in. */
  readonly disableExtensionFilter?: boolean;
  readonly jsonnet?: JsonnetSource;
  /** Whether programs are passed over: then they are no manifests. */
  readonly withoutJsonnet?: boolean;
}

/** What Jsonnet programs of a folder are given. */
export type JsonnetSource = {
  readonly extVars?: readonly JsonnetVariable[];
  readonly tlas?: readonly JsonnetVariable[];
  /** Folders from the root of the tree that imports are looked for in, too. */
  readonly libs?: readonly string[];
};

/**
 * What to render. `kustomize` builds the folder at `path`, which must hold a kustomization; `kustomization` is laid
 * over it as if it stood in a file of its own whose resource is that folder. `generate` makes a kustomization for a
 * folder that has none, as Flux does. `directory` reads plain manifests. `detect` decides as Argo CD does.
 */
export type RenderRequest =
  | { readonly engine: 'directory'; readonly path: string; readonly directory: DirectoryOptions }
  | {
      readonly engine: 'kustomize';
      readonly path: string;
      readonly generate: boolean;
      /** Fields of a kustomization merged in as Flux and Argo CD do (namespace, patches, images, …). */
      readonly kustomization?: JsonObject;
      readonly order: 'input' | 'legacy';
      /**
       * `root`: files must lie in or below their kustomization, as for Argo CD. `none`: anywhere in the tree, as for Flux;
       * it is the default with `generate`.
       */
      readonly loadRestrictions?: 'root' | 'none';
    }
  | {
      readonly engine: 'detect';
      readonly path: string;
      /** What a folder is not taken for, whatever stands in it. */
      readonly ignored?: readonly ('Helm' | 'Kustomize')[];
      readonly directory: DirectoryOptions;
      /** As for `kustomize`, should that be what is found; legacy order and files of the folder alone when absent. */
      readonly kustomization?: JsonObject;
      readonly order?: 'input' | 'legacy';
      readonly loadRestrictions?: 'root' | 'none';
    };
