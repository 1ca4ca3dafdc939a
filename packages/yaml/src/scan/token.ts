import type { YamlStyle } from '../node.ts';

/** A place in the text. All from 0; the column in UTF-16 code units. */
export interface Mark {
  readonly index: number;
  readonly line: number;
  readonly column: number;
}

/** Kinds of token, as libyaml has them. */
export type TokenKind =
  | 'stream-end'
  | 'version'
  | 'tag-directive'
  | 'document-start'
  | 'document-end'
  | 'block-sequence-start'
  | 'block-mapping-start'
  | 'block-end'
  | 'flow-sequence-start'
  | 'flow-sequence-end'
  | 'flow-mapping-start'
  | 'flow-mapping-end'
  | 'entry'
  | 'flow-entry'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar';

/** A node that may turn out to be a mapping's key, when a `:` follows on its line. */
export interface SimpleKey extends Mark {
  possible: boolean;
  readonly required: boolean;
  readonly token: number;
}

/** One token. `value` is a scalar's text, an anchor's name, a tag's handle or a directive's first value. */
export interface Token extends Mark {
  readonly kind: TokenKind;
  readonly value: string;
  readonly suffix: string;
  readonly style: YamlStyle;
  /** The simple key that starts at this token, while it may still be one. */
  readonly key: SimpleKey | null;
}

/** A comment found between tokens, waiting for the token that it belongs to. */
export interface Comment {
  readonly scanMark: Mark;
  tokenMark: Mark;
  readonly startMark: Mark;
  readonly endMark: Mark;
  head: string;
  line: string;
  readonly foot: string;
}
