import type { YamlNode } from './node.ts';
import { NodePrinter, type NodeLayout } from './print/node-printer.ts';

/**
 * A tree as yaml.v3's encoder prints it, ending in a line break, with its styles and comments. The defaults are
 * kustomize's and Flux's: two columns, sequences compact. Throws `YAML_INVALID` for names of anchors that YAML does not
 * allow and `YAML_LIMIT` beyond 1,000 levels.
 */
export function stringifyNode(node: YamlNode, layout: Partial<NodeLayout> = {}): string {
  return new NodePrinter({ indent: 2, compactSequences: true, ...layout }).print(node);
}
