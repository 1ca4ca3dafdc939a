import type { JsonValue } from '@capstan/object';
import { invalid } from './failure.ts';
import { readInput } from './input.ts';
import { defaultLimits, type YamlLimits, type YamlReadOptions } from './limits.ts';
import type { YamlNode } from './node.ts';
import { Parser } from './parse/parser.ts';
import { Converter } from './values/to-json.ts';

/** A document's value with where it starts. */
export interface YamlDocument {
  readonly value: JsonValue;
  /** From 1. */
  readonly line: number;
  /** From 0 in the stream. */
  readonly index: number;
  /** The document's tree. Its comments are read by `parseNodes` only. */
  readonly node: YamlNode;
}

/**
 * Every document of a stream with its value; an empty document is null, an empty stream has none. Throws
 * `YAML_INVALID` or `YAML_LIMIT` with `{file, line, column}`.
 */
export function parseDocuments(text: string | Uint8Array, options: YamlReadOptions = {}): readonly YamlDocument[] {
  return readTrees(text, options, false).map((node, index) => ({
    value: nodeValue(node, options),
    line: node.line,
    index,
    node,
  }));
}

/**
 * The value of a stream that holds one document; null when it holds none. Throws as `parseDocuments` does, and
 * `YAML_INVALID` when there is a second document.
 */
export function parse(text: string | Uint8Array, options: YamlReadOptions = {}): JsonValue {
  const [first, second] = readTrees(text, options, false);
  if (second !== undefined) {
    const { line, column } = second;
    throw invalid('expected one document, but a second one starts here', { source: options.source, line, column });
  }
  return first === undefined ? null : nodeValue(first, options);
}

/** The syntax tree of every document, with styles, tags, anchors and comments. Throws as `parseDocuments` does. */
export function parseNodes(text: string | Uint8Array, options: YamlReadOptions = {}): readonly YamlNode[] {
  return readTrees(text, options, true);
}

/** The value of a tree or of a part of it, read or edited. Throws as `parseDocuments` does. */
export function nodeValue(node: YamlNode, options: YamlReadOptions = {}): JsonValue {
  const rules = options.rules ?? 'v3';
  return new Converter({
    source: options.source,
    rules,
    duplicateKeys: options.duplicateKeys ?? (rules === 'v3' ? 'error' : 'last'),
    reprinted: rules === 'v3' && options.reprinted !== false,
    keepsNonTextKeys: options.nonTextKeys === 'kept',
    keepsNonFinite: options.nonFinite === 'kept',
    limits: limitsOf(options),
  }).convert(node);
}

function limitsOf({ limits }: YamlReadOptions): YamlLimits {
  return { ...defaultLimits, ...limits };
}

function readTrees(text: string | Uint8Array, options: YamlReadOptions, withComments: boolean): readonly YamlNode[] {
  const { maxBytes, maxDepth } = limitsOf(options);
  const { source, firstLine = 1 } = options;
  const input = readInput(text, source, maxBytes, firstLine);
  const parser = new Parser(input, { source, firstLine, maxDepth, withComments, rules: options.rules ?? 'v3' });
  const documents: YamlNode[] = [];
  for (let next = parser.next(); next !== undefined; next = parser.next()) {
    documents.push(next);
    if (options.documents === 'first') break;
  }
  return documents;
}
