import type { Random } from '../random.ts';
import type { Known } from './object-pool.ts';

/** A kustomization while it is made: its folder, the files beside it, and the objects that it holds. */
export class Draft {
  readonly folder: string;
  readonly files: Map<string, string | Uint8Array>;
  known: Known[] = [];
  /** Names of variables that no kustomization of the case has yet. */
  readonly freeVariables: string[];
  /** Whether patches of the case may change kinds; it generates nothing then, since kustomize hashes its own tree there. */
  readonly changesKinds: boolean;
  #count = 0;

  constructor(folder: string, files: Map<string, string | Uint8Array>, freeVariables: string[], changesKinds: boolean) {
    this.freeVariables = freeVariables;
    this.changesKinds = changesKinds;
    this.folder = folder;
    this.files = files;
  }

  /** Puts a file beside the kustomization; gives the path by which that names it. */
  addFile(random: Random, name: string, content: string | Uint8Array, extension = 'yaml'): string {
    const below = random.chance(0.15) ? 'sub/' : '';
    const path = `${below}${name}-${this.#count++}.${extension}`;
    this.files.set(this.folder === '' ? path : `${this.folder}/${path}`, content);
    const written = random.chance(0.1) ? `./${path}` : path;
    return random.slip(0.005) ? random.pick([`missing-${path}`, `../${path}`, `/${path}`]) : written;
  }
}
