import type { Branch } from '../sops-tree.ts';

/** The formats of encrypted files. */
export type Format = 'binary' | 'dotenv' | 'ini' | 'json' | 'yaml';

/** How a format is read and written. */
export interface Store {
  /** The documents of a text. Throws DECRYPT_INVALID, DECRYPT_LIMIT. */
  load(text: string): readonly Branch[];
  /** The text of documents. Throws DECRYPT_INVALID where the format cannot hold them. */
  emit(branches: readonly Branch[]): string;
  /** How the metadata lies in the first document. */
  readonly metadata: 'nested' | 'flat-below-top' | 'flat';
}
