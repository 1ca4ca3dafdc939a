import type { YamlNode } from '@capstan/yaml';
import { field, isMapping, noteField, setField, type Mapping, type Value } from './value.ts';

/** Labels and annotations as they are written, every scalar as its text. */
export interface WrittenTexts {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * Takes over from a document's tree what its value does not hold: which nulls were written as nothing, and the texts of
 * labels and annotations. Annotations that are scalars become those texts, as they do in all that kustomize prints.
 */
export function takeWritten(document: YamlNode, object: Mapping): WrittenTexts {
  const root = document.kind === 'document' ? document.content[0] : document;
  if (root === undefined) return { labels: {}, annotations: {} };
  noteEmpty(root, object);
  const metadata = child(root, 'metadata');
  const labels = texts(metadata === undefined ? undefined : child(metadata, 'labels'));
  const annotations = texts(metadata === undefined ? undefined : child(metadata, 'annotations'));
  const held = field(object, 'metadata');
  const values = isMapping(held) ? field(held, 'annotations') : undefined;
  if (isMapping(values)) {
    for (const [key, text] of Object.entries(annotations)) {
      const value = field(values, key);
      if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
        setField(values, key, text);
    }
  }
  return { labels, annotations };
}

/** Makes annotations that are written as null the text that stands for it, as kustomize does for resources. */
export function keepNullAnnotations(object: Mapping, written: WrittenTexts): void {
  const metadata = field(object, 'metadata');
  const annotations = isMapping(metadata) ? field(metadata, 'annotations') : undefined;
  if (!isMapping(annotations)) return;
  for (const [key, text] of Object.entries(written.annotations)) {
    if (field(annotations, key) === null && text !== '') setField(annotations, key, text);
  }
}

function resolve(node: YamlNode | undefined): YamlNode | undefined {
  return node?.kind === 'alias' ? (node.alias ?? undefined) : node;
}

function child(node: YamlNode, key: string): YamlNode | undefined {
  const index = node.content.findIndex((item, at) => at % 2 === 0 && item.value === key);
  return index < 0 || node.kind !== 'mapping' ? undefined : resolve(node.content[index + 1]);
}

function texts(node: YamlNode | undefined): Record<string, string> {
  const found: Record<string, string> = {};
  if (node?.kind !== 'mapping') return found;
  for (let at = 0; at + 1 < node.content.length; at += 2) {
    const value = resolve(node.content[at + 1]);
    if (value?.kind === 'scalar') setField(found, node.content[at]?.value ?? '', value.value);
  }
  return found;
}

function noteEmpty(node: YamlNode, value: Value | undefined): void {
  if (node.kind === 'sequence' && Array.isArray(value)) {
    node.content.forEach((item, index) => {
      if (item.kind !== 'alias') noteEmpty(item, value[index]);
    });
  } else if (node.kind === 'mapping' && isMapping(value)) {
    for (let at = 0; at + 1 < node.content.length; at += 2) {
      const key = node.content[at]?.value ?? '';
      const item = node.content[at + 1];
      // What an alias stands for is noted where it is written.
      if (item === undefined || item.kind === 'alias') continue;
      const held = field(value, key);
      if (held === null && item.kind === 'scalar' && item.value === '') noteField(value, key, 'empty');
      else noteEmpty(item, held);
    }
  }
}
