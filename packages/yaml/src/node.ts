/** What a node of the syntax tree is. */
export type YamlKind = 'document' | 'mapping' | 'sequence' | 'scalar' | 'alias';

/** How a scalar is, or is to be, written. */
export type YamlStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

/**
 * A node of the syntax tree, as yaml.v3 has it. It may be edited in place and printed with `stringifyNode`; comments
 * keep their `#` and stand with the node that yaml.v3 gives them to.
 */
export interface YamlNode {
  kind: YamlKind;
  /** Short tag, resolved: `!!str`, `!!int`, `!!map`, `!custom`; empty for documents and aliases. */
  tag: string;
  /** Whether the tag was written in the text. */
  tagged: boolean;
  /** A scalar's text after unquoting and folding; an alias's anchor name. */
  value: string;
  /** Style of a scalar; `plain` for everything else. */
  style: YamlStyle;
  /** Whether a mapping or sequence is written in braces or brackets. */
  flow: boolean;
  /** Name of the anchor that this node defines; empty when it defines none. */
  anchor: string;
  /** The node that an alias stands for. */
  alias: YamlNode | null;
  /** A document's root; a sequence's items; a mapping's keys and values in turn. */
  content: YamlNode[];
  /** Where it starts, both from 1. 0 for nodes that were never read. */
  line: number;
  column: number;
  headComment: string;
  lineComment: string;
  footComment: string;
}

const noContent: YamlNode[] = [];
Object.freeze(noContent);

/** A node under construction. Scalars and aliases share one frozen, empty content. */
export function makeNode(kind: YamlKind, line: number, column: number): YamlNode {
  return {
    kind,
    tag: '',
    tagged: false,
    value: '',
    style: 'plain',
    flow: false,
    anchor: '',
    alias: null,
    content: kind === 'scalar' || kind === 'alias' ? noContent : [],
    line,
    column,
    headComment: '',
    lineComment: '',
    footComment: '',
  };
}
