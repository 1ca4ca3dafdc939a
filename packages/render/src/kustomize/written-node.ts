import { makeNode, nodeOf, type YamlNode, type YamlStyle } from '@capstan/yaml';
import { isInFlow, itemNote, quotesOf, styleOf } from './scalar-notes.ts';
import { field, isMapping, textAt, type Mapping, type Value } from './value.ts';

/** A tree for a value that was read, in the order, the brackets and the quotes that it was written in, as far as is noted. */
export function writtenNode(value: Value): YamlNode {
  if (Array.isArray(value)) {
    return {
      ...makeNode('sequence', 0, 0),
      flow: isInFlow(value),
      content: value.map((item) => itemNode(value, item)),
    };
  }
  if (!isMapping(value)) return nodeOf(value);
  const content = Object.keys(value).flatMap((key) => [nodeOf(key), fieldNode(value, key)]);
  return { ...makeNode('mapping', 0, 0), flow: isInFlow(value), content };
}

/** As `writtenNode`, for what a field holds. */
export function fieldNode(mapping: Mapping, key: string): YamlNode {
  const value = field(mapping, key) ?? null;
  if (typeof value === 'object' && value !== null) return writtenNode(value);
  const text = textAt(mapping, key);
  const node = nodeOf(value);
  if (typeof value !== 'string') return { ...node, value: text === undefined || text === '' ? node.value : text };
  return { ...node, value: text ?? value, style: styleIn(mapping, key, node.style) };
}

/** As `writtenNode`, for an item of a list. */
export function itemNode(list: readonly Value[], item: Value): YamlNode {
  const node = writtenNode(item);
  const note = typeof item === 'string' ? itemNote(list, item) : undefined;
  return note === 'single' || note === 'double' ? { ...node, style: note } : node;
}

/** `canonical` where nothing is noted. */
function styleIn(mapping: Mapping, key: string, canonical: YamlStyle): YamlStyle {
  switch (styleOf(mapping, key)) {
    case 'folded':
      return 'folded';
    case 'quoted':
      return quotesOf(mapping, key);
    case 'plain':
    case 'tagged':
      return canonical;
  }
}
