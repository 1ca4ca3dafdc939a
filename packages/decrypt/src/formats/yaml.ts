import { isCapstanError } from '@capstan/errors';
import { makeNode, nodeOf, nodeValue, parseNodes, stringifyNode, type YamlNode } from '@capstan/yaml';
import { beyond, invalid, MAX_DEPTH, MAX_VALUES } from '../problem.ts';
import {
  branch,
  comment,
  isKind,
  type Branch,
  type Comment,
  type Item,
  type List,
  type SopsValue,
} from '../sops-tree.ts';
import type { Store } from './format.ts';

/** YAML files, with their comments. Source of what stands where: getsops/sops, stores/yaml. */
export const yaml: Store = {
  metadata: 'nested',
  load: (text) => {
    const loader = new Loader();
    return documentsOf(text).map((document) => loader.document(document));
  },
  emit: (branches) => branches.map((one) => stringifyNode(documentOf(one), LAYOUT)).join('---\n'),
};

const LAYOUT = { indent: 4, compactSequences: false } as const;

function documentsOf(text: string): readonly YamlNode[] {
  try {
    return parseNodes(text);
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    const line = error.data['line'];
    throw invalid(`Error unmarshaling input YAML${typeof line === 'number' ? ` at line ${line}` : ''}`);
  }
}

class Loader {
  #values = 0;

  document(document: YamlNode): Branch {
    const items: Item[] = lines(document.headComment).map(note);
    const [root] = document.kind === 'document' ? document.content : [document];
    if (root !== undefined) items.push(...this.#root(root, 0));
    items.push(...lines(document.footComment).map(note));
    return branch(items);
  }

  #root(node: YamlNode, depth: number): readonly Item[] {
    switch (node.kind) {
      case 'mapping':
        return this.#mapping(node, false, depth);
      case 'alias':
        return node.alias === null ? [] : this.#root(node.alias, depth + 1);
      case 'scalar':
        if (node.tag === '!!null') return [];
        throw invalid('YAML documents that are values are not supported');
      default:
        throw invalid('YAML documents that are sequences are not supported');
    }
  }

  #mapping(node: YamlNode, commentsWereTaken: boolean, depth: number): readonly Item[] {
    const items: Item[] = commentsWereTaken ? [] : lines(node.headComment, node.lineComment).map(note);
    const keys = new Set<string>();
    for (let at = 0; at + 1 < node.content.length; at += 2) {
      const [key, value] = node.content.slice(at, at + 2);
      if (key === undefined || value === undefined) break;
      const isSimple = value.kind === 'scalar' || value.kind === 'alias';
      items.push(...lines(key.headComment, key.lineComment).map(note));
      if (isSimple) items.push(...lines(value.headComment).map(note), ...lines(value.lineComment).map(inlineNote));
      if (key.kind !== 'scalar' || (key.tag !== '!!str' && key.tag !== '!!merge'))
        throw invalid(`Tree contains a non-string key at line ${key.line}. Only string keys are supported`);
      if (keys.has(key.value)) throw invalid(`a key stands twice in one mapping, at line ${key.line}`);
      keys.add(key.value);
      items.push({ key: key.value, value: this.#value(value, isSimple, depth + 1) });
      items.push(...lines(isSimple ? value.footComment : '', key.footComment).map(note));
    }
    return commentsWereTaken ? items : [...items, ...lines(node.footComment).map(note)];
  }

  #value(node: YamlNode, commentsWereTaken: boolean, depth: number): SopsValue {
    if (depth > MAX_DEPTH) throw beyond(`YAML is nested deeper than ${MAX_DEPTH} levels`);
    if (++this.#values > MAX_VALUES) throw beyond(`YAML holds more than ${MAX_VALUES} values`);
    switch (node.kind) {
      case 'mapping':
        return branch(this.#mapping(node, commentsWereTaken, depth));
      case 'sequence':
        return this.#sequence(node, commentsWereTaken, depth);
      case 'alias':
        return node.alias === null ? null : this.#value(node.alias, false, depth + 1);
      case 'scalar':
        return scalarOf(node);
      default:
        throw invalid('a YAML document cannot stand within another');
    }
  }

  #sequence(node: YamlNode, commentsWereTaken: boolean, depth: number): List {
    const items: SopsValue[] = commentsWereTaken ? [] : commentsOf(node.headComment, node.lineComment);
    for (const item of node.content) {
      items.push(...commentsOf(item.headComment), ...lines(item.lineComment).map((text) => comment(text, true)));
      items.push(this.#value(item, true, depth + 1));
      items.push(...commentsOf(item.footComment));
    }
    return { kind: 'list', items: commentsWereTaken ? items : [...items, ...commentsOf(node.footComment)] };
  }
}

function scalarOf(node: YamlNode): SopsValue {
  const value = nodeValue(node);
  if (node.tag === '!!timestamp' && typeof value === 'string') return { kind: 'time', text: value };
  if (typeof value === 'number') return node.tag === '!!int' ? BigInt(value) : value;
  return typeof value === 'object' ? null : value;
}

/** The lines of comments, each without its sign. */
function lines(...comments: readonly string[]): readonly string[] {
  return comments
    .flatMap((text) => text.split('\n'))
    .filter((line) => line !== '')
    .map((line) => line.slice(1));
}

function note(text: string): Item {
  return { key: comment(text), value: null };
}

function inlineNote(text: string): Item {
  return { key: comment(text, true), value: null };
}

function commentsOf(...texts: readonly string[]): SopsValue[] {
  return lines(...texts).map((text) => comment(text));
}

function documentOf(one: Branch): YamlNode {
  const document = makeNode('document', 0, 0);
  document.content.push(mappingOf(one));
  return document;
}

function nodeFor(value: SopsValue): YamlNode {
  if (isKind(value, 'branch')) return mappingOf(value);
  if (isKind(value, 'list')) return sequenceOf(value);
  if (isKind(value, 'time')) {
    const node = makeNode('scalar', 0, 0);
    node.tag = '!!timestamp';
    node.value = value.text;
    return node;
  }
  if (isKind(value, 'bytes')) return nodeOf([...value.bytes]);
  return nodeOf(isKind(value, 'comment') ? value.text : value);
}

/** Comments that wait for the node that they stand with. */
class Pending {
  #head: string[] = [];
  #inline: string[] = [];

  add({ text, inline }: Comment): void {
    (inline ? this.#inline : this.#head).push(text);
  }

  before(node: YamlNode): void {
    if (this.#head.length === 0) return;
    node.headComment = [written(this.#head), ...(node.headComment === '' ? [] : [node.headComment])].join('\n');
    this.#head = [];
  }

  behind(node: YamlNode): void {
    if (this.#inline.length === 0) return;
    node.lineComment = [...(node.lineComment === '' ? [] : [node.lineComment]), written(this.#inline)].join('\n');
    this.#inline = [];
  }

  /** What is left at the end: below the last member, or above a collection that has none. */
  end(collection: YamlNode, last: YamlNode | undefined): void {
    const left = [...this.#head, ...this.#inline];
    if (left.length === 0) return;
    if (last === undefined) {
      this.#head = left;
      this.before(collection);
    } else last.footComment = [...(last.footComment === '' ? [] : [last.footComment]), written(left)].join('\n');
  }
}

function written(comments: readonly string[]): string {
  return comments.map((text) => `#${text}`).join('\n');
}

function mappingOf({ items }: Branch): YamlNode {
  const mapping = makeNode('mapping', 0, 0);
  mapping.tag = '!!map';
  const pending = new Pending();
  for (const item of items) {
    if (typeof item.key !== 'string') {
      pending.add(item.key);
      continue;
    }
    if (mapping.content.length === 0) pending.before(mapping);
    const key = nodeOf(item.key);
    pending.before(key);
    const value = nodeFor(item.value);
    pending.behind(value);
    mapping.content.push(key, value);
  }
  pending.end(mapping, mapping.content.at(-2));
  return mapping;
}

function sequenceOf({ items }: List): YamlNode {
  const sequence = makeNode('sequence', 0, 0);
  sequence.tag = '!!seq';
  const pending = new Pending();
  for (const item of items) {
    if (isKind(item, 'comment')) {
      pending.add(item);
      continue;
    }
    if (sequence.content.length === 0) pending.before(sequence);
    const node = nodeFor(item);
    pending.before(node);
    pending.behind(node);
    sequence.content.push(node);
  }
  pending.end(sequence, sequence.content.at(-1));
  return sequence;
}
