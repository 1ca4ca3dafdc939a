import type { YamlNode } from '@capstan/yaml';
import { noteNonFinite } from './non-finite.ts';
import { noteScalar } from './scalar-notes.ts';
import { field, isMapping, noteField, scalarText, type Mapping, type Value } from './value.ts';

/**
 * Takes over from a document's tree what its value does not hold: which nulls were written as nothing, and how scalars
 * were written whose values are printed otherwise.
 */
export function takeWritten(document: YamlNode, object: Mapping): void {
  const root = document.kind === 'document' ? document.content[0] : document;
  if (root !== undefined) noteBelow(root, object);
}

function noteBelow(node: YamlNode, value: Value | undefined): void {
  if (node.kind === 'sequence' && Array.isArray(value)) {
    node.content.forEach((item, index) => {
      if (item.kind !== 'alias') noteBelow(item, value[index]);
    });
  } else if (node.kind === 'mapping' && isMapping(value)) {
    for (let at = 0; at + 1 < node.content.length; at += 2) noteEntry(value, node.content[at], node.content[at + 1]);
  } else if (typeof value === 'number') noteNonFinite(value);
}

function noteEntry(mapping: Mapping, keyNode: YamlNode | undefined, node: YamlNode | undefined): void {
  if (keyNode === undefined || node === undefined) return;
  const key = keyNode.value;
  const held = field(mapping, key);
  // What an alias stands for is noted where it is written, but for its text.
  const isAlias = node.kind === 'alias';
  const item = isAlias ? node.alias : node;
  if (item?.kind !== 'scalar') {
    if (!isAlias) noteBelow(node, held);
    return;
  }
  if (held === null && item.value === '' && !isAlias) noteField(mapping, key, 'empty');
  if (held === undefined || typeof held !== 'object') noteText(mapping, key, held, item);
  else if (held === null && item.value !== '') noteText(mapping, key, held, item);
}

function noteText(mapping: Mapping, key: string, held: Value | undefined, { value: text, style }: YamlNode): void {
  if (held === undefined) return;
  const styled = style !== 'plain';
  if (styled || scalarText(held) !== text || held === null) noteScalar(mapping, key, { value: held, text, styled });
  if (typeof held === 'number') noteNonFinite(held);
}
