/** Bounds of one read. All are checked before the memory is spent. */
export interface YamlLimits {
  /** Size of the text in bytes (of UTF-8; UTF-16 code units when a string is given). */
  readonly maxBytes: number;
  /** Nesting of mappings and sequences. Never more than `DEPTH_CEILING`. */
  readonly maxDepth: number;
  /** Nodes that aliases and merges may add to one document. */
  readonly maxAliasExpansion: number;
}

/** The limits of a read that names none. */
export const defaultLimits: YamlLimits = { maxBytes: 64 * 1024 * 1024, maxDepth: 100, maxAliasExpansion: 100_000 };

/** The deepest that reading and printing go, whatever is asked for: what the JavaScript stack surely holds. */
export const DEPTH_CEILING = 1000;

/** How a text is read. */
export interface YamlReadOptions {
  /** File name for errors. */
  readonly source?: string;
  /**
   * `v3` (the default): as kustomize reads resources. `v2`: as sigs.k8s.io/yaml reads (YAML 1.1: `yes` and `on` are
   * booleans, scalar keys become strings); for kustomization.yaml, Argo CD manifests and Helm values.
   */
  readonly rules?: 'v3' | 'v2';
  readonly limits?: Partial<YamlLimits>;
  /** `first` leaves what follows the first document unread, as Go's decoders do. Default: `all`. */
  readonly documents?: 'all' | 'first';
  /** The line, from 1, that the text starts at in its file: errors and nodes count from it. Default: 1. */
  readonly firstLine?: number;
  /**
   * What a key that stands twice in one mapping is. Default: `error` for v3, `last` (the last one wins) for v2. `first` is
   * for v3 only.
   */
  readonly duplicateKeys?: 'error' | 'last' | 'first';
  /** Whether kustomize prints what it has read and reads it again before it uses it. Default: true. Only for v3. */
  readonly reprinted?: boolean;
  /** What keys below the outermost mapping are that are no texts. Default: `refused`. `kept` takes scalars by their text. Only for v3. */
  readonly nonTextKeys?: 'refused' | 'kept';
  /** What `.nan` and `.inf` are, which JSON cannot hold. Default: `refused`. `kept` gives numbers that are not finite. */
  readonly nonFinite?: 'refused' | 'kept';
}
