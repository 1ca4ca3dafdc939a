import { beyondLimit } from '../failure.ts';
import { DEPTH_CEILING } from '../limits.ts';
import { makeNode, type YamlNode } from '../node.ts';
import { Reader } from '../scan/reader.ts';
import { Scanner } from '../scan/scanner.ts';
import type { Mark, Token, TokenKind } from '../scan/token.ts';
import { implicitTag, shortTag, type Rules } from '../values/tag.ts';
import { CommentDesk } from './comment-desk.ts';

/** What the parser needs to know about a read. */
export interface ParserOptions {
  readonly source: string | undefined;
  /** The line, from 1, that the text starts at. */
  readonly firstLine: number;
  readonly maxDepth: number;
  readonly withComments: boolean;
  /** yaml.v2 takes a scalar tagged `!` for text; yaml.v3 resolves it as if it had no tag. */
  readonly rules: Rules;
}

/** Properties before a node's content. */
interface Properties {
  readonly mark: Mark;
  readonly anchor: string;
  /** Full tag; empty when there is none. */
  readonly tag: string;
}

/** Builds syntax trees from tokens, a document at a time. */
export class Parser {
  readonly #scanner: Scanner;
  readonly #desk: CommentDesk;
  readonly #maxDepth: number;
  readonly #rules: Rules;
  readonly #tagPrefixes = new Map<string, string>();
  readonly #anchors = new Map<string, YamlNode>();
  #first = true;

  constructor(text: string, { source, firstLine, maxDepth, withComments, rules }: ParserOptions) {
    this.#scanner = new Scanner(new Reader(text, source, firstLine), withComments);
    this.#desk = new CommentDesk(this.#scanner);
    this.#rules = rules;
    this.#maxDepth = Math.min(maxDepth, DEPTH_CEILING);
  }

  /** The next document, or undefined at the end of the stream. */
  next(): YamlNode | undefined {
    let token = this.#peek();
    if (!this.#first) {
      while (token.kind === 'document-end') {
        this.#scanner.skip();
        token = this.#peek();
      }
    }
    const isFirst = this.#first;
    this.#first = false;
    if (token.kind === 'stream-end') return undefined;
    const document = makeNode('document', token.line + 1, token.column + 1);
    this.#anchors.clear();
    this.#tagPrefixes.clear();
    const implicit = isFirst && !isDocumentHead(token.kind);
    if (implicit) document.headComment = this.#desk.takeDocumentHead();
    else this.#directivesAndStart(token);
    this.#addDefaultPrefixes();
    document.content.push(this.#root(implicit));
    if (this.#peek().kind === 'document-end') this.#scanner.skip();
    document.footComment = this.#desk.takeDocumentFoot();
    return document;
  }

  #peek(): Token {
    const token = this.#scanner.peek();
    this.#desk.deal(token);
    return token;
  }

  #directivesAndStart(first: Token): void {
    let token = first;
    let version = false;
    while (token.kind === 'version' || token.kind === 'tag-directive') {
      if (token.kind === 'version') {
        if (version) throw this.#fail('found duplicate %YAML directive', token);
        if (token.value !== '1.1') throw this.#fail('found incompatible YAML document', token);
        version = true;
      } else {
        if (this.#tagPrefixes.has(token.value)) throw this.#fail('found duplicate %TAG directive', token);
        this.#tagPrefixes.set(token.value, token.suffix);
      }
      this.#scanner.skip();
      token = this.#peek();
    }
    if (token.kind !== 'document-start') throw this.#fail('did not find expected <document start>', token);
    this.#scanner.skip();
  }

  #addDefaultPrefixes(): void {
    if (!this.#tagPrefixes.has('!')) this.#tagPrefixes.set('!', '!');
    if (!this.#tagPrefixes.has('!!')) this.#tagPrefixes.set('!!', 'tag:yaml.org,2002:');
  }

  #root(implicit: boolean): YamlNode {
    const token = this.#peek();
    if (!implicit && (isDocumentHead(token.kind) || token.kind === 'document-end' || token.kind === 'stream-end')) {
      return this.#empty(token);
    }
    return this.#node(true, false, 0);
  }

  #node(block: boolean, indentless: boolean, depth: number): YamlNode {
    let token = this.#peek();
    if (token.kind === 'alias') return this.#alias(token);
    let properties: Properties | undefined;
    if (token.kind === 'anchor' || token.kind === 'tag') {
      properties = this.#properties(token);
      token = this.#peek();
    }
    const mark: Mark = properties?.mark ?? token;
    switch (token.kind) {
      case 'scalar':
        return this.#scalar(token, mark, properties);
      case 'entry':
        if (!indentless) break;
        return this.#blockSequence(mark, properties, depth, true);
      case 'flow-sequence-start':
        return this.#flowSequence(mark, properties, depth);
      case 'flow-mapping-start':
        return this.#flowMapping(mark, properties, depth);
      case 'block-sequence-start':
        if (!block) break;
        return this.#blockSequence(mark, properties, depth, false);
      case 'block-mapping-start':
        if (!block) break;
        return this.#blockMapping(mark, properties, depth);
      default:
    }
    if (properties !== undefined) {
      const node = makeNode('scalar', mark.line + 1, mark.column + 1);
      this.#setTag(node, properties.tag, '');
      this.#setAnchor(node, properties);
      return node;
    }
    throw this.#fail('did not find expected node content', token);
  }

  #alias(token: Token): YamlNode {
    const node = makeNode('alias', token.line + 1, token.column + 1);
    node.value = token.value;
    const target = this.#anchors.get(token.value);
    if (target === undefined) throw this.#fail(`unknown anchor '${token.value}' referenced`, token);
    node.alias = target;
    this.#desk.give(node);
    this.#scanner.skip();
    return node;
  }

  #properties(first: Token): Properties {
    let anchor: Token | undefined;
    let tag: Token | undefined;
    for (let token = first; ; token = this.#peek()) {
      if (token.kind === 'anchor' && anchor === undefined) anchor = token;
      else if (token.kind === 'tag' && tag === undefined) tag = token;
      else break;
      this.#scanner.skip();
    }
    return { mark: first, anchor: anchor?.value ?? '', tag: tag === undefined ? '' : this.#fullTag(tag) };
  }

  #fullTag(token: Token): string {
    const { value: handle, suffix } = token;
    if (handle === '') return suffix;
    const prefix = this.#tagPrefixes.get(handle);
    if (prefix === undefined) throw this.#fail('found undefined tag handle', token);
    return prefix + suffix;
  }

  #scalar(token: Token, mark: Mark, properties: Properties | undefined): YamlNode {
    const node = makeNode('scalar', mark.line + 1, mark.column + 1);
    node.value = token.value;
    node.style = token.style;
    this.#setTag(node, properties?.tag ?? '', token.style === 'plain' ? '' : '!!str');
    this.#setAnchor(node, properties);
    this.#desk.give(node);
    this.#scanner.skip();
    return node;
  }

  #collection(kind: 'mapping' | 'sequence', mark: Mark, properties: Properties | undefined, depth: number): YamlNode {
    if (depth >= this.#maxDepth) {
      throw beyondLimit(`nested deeper than ${String(this.#maxDepth)} levels`, {
        source: this.#scanner.reader.source,
        line: mark.line + 1,
        column: mark.column + 1,
      });
    }
    const node = makeNode(kind, mark.line + 1, mark.column + 1);
    this.#setTag(node, properties?.tag ?? '', kind === 'mapping' ? '!!map' : '!!seq');
    this.#setAnchor(node, properties);
    return node;
  }

  #blockSequence(mark: Mark, properties: Properties | undefined, depth: number, indentless: boolean): YamlNode {
    const node = this.#collection('sequence', mark, properties, depth);
    if (!indentless) {
      this.#desk.giveStem(node);
      this.#scanner.skip();
    }
    let token = this.#peek();
    for (; token.kind === 'entry'; token = this.#peek()) {
      const entry = token;
      const headLength = this.#desk.headLength;
      this.#scanner.skip();
      token = this.#peek();
      this.#desk.splitStem(headLength, token.kind);
      const empty =
        token.kind === 'entry' ||
        token.kind === 'block-end' ||
        (indentless && (token.kind === 'key' || token.kind === 'value'));
      node.content.push(empty ? this.#emptyAfter(entry) : this.#node(true, false, depth + 1));
    }
    if (!indentless) {
      if (token.kind !== 'block-end') throw this.#fail("did not find expected '-' indicator", token);
      this.#scanner.skip();
    }
    return node;
  }

  #blockMapping(mark: Mark, properties: Properties | undefined, depth: number): YamlNode {
    const node = this.#collection('mapping', mark, properties, depth);
    this.#desk.giveStem(node);
    this.#scanner.skip();
    const { content } = node;
    let token = this.#peek();
    for (; token.kind === 'key' || token.kind === 'value'; token = this.#peek()) {
      // A `:` without a key stands for an empty key only after `?`; libyaml refuses it elsewhere.
      if (token.kind !== 'key') break;
      const key = this.#blockPart(token, depth);
      content.push(key);
      this.#desk.moveKeyFoot(key, content);
      const next = this.#peek();
      const value = next.kind === 'value' ? this.#blockPart(next, depth) : this.#empty(next);
      content.push(value);
      this.#desk.moveValueFoot(key, value);
    }
    if (token.kind !== 'block-end') throw this.#fail('did not find expected key', token);
    this.#desk.giveEnd(node);
    this.#scanner.skip();
    return node;
  }

  /** The key after `?` or the value after `:`, which may be missing. */
  #blockPart(indicator: Token, depth: number): YamlNode {
    this.#scanner.skip();
    const token = this.#peek();
    if (token.kind === 'key' || token.kind === 'value' || token.kind === 'block-end') {
      return this.#emptyAfter(indicator);
    }
    return this.#node(true, true, depth + 1);
  }

  #flowSequence(mark: Mark, properties: Properties | undefined, depth: number): YamlNode {
    const node = this.#collection('sequence', mark, properties, depth);
    node.flow = true;
    this.#desk.give(node);
    this.#scanner.skip();
    for (let first = true; ; first = false) {
      const token = this.#flowItem('flow-sequence-end', first, "did not find expected ',' or ']'");
      if (token === undefined) break;
      node.content.push(token.kind === 'key' ? this.#pair(token, depth + 1) : this.#node(false, false, depth + 1));
    }
    this.#desk.giveEnd(node);
    this.#scanner.skip();
    return node;
  }

  /** `a: b` within brackets: a mapping of one key. */
  #pair(indicator: Token, depth: number): YamlNode {
    const node = this.#collection('mapping', indicator, undefined, depth);
    node.flow = true;
    this.#scanner.skip();
    const token = this.#peek();
    if (token.kind === 'value' || token.kind === 'flow-entry' || token.kind === 'flow-sequence-end') {
      // libyaml passes the token after an empty key unseen: its value is lost with the `:`.
      this.#scanner.skip();
      node.content.push(this.#emptyAfter(token));
    } else node.content.push(this.#node(false, false, depth + 1));
    node.content.push(this.#flowValue('flow-sequence-end', depth));
    const [key, value] = node.content;
    if (key !== undefined && value !== undefined) this.#desk.moveValueFoot(key, value);
    return node;
  }

  #flowMapping(mark: Mark, properties: Properties | undefined, depth: number): YamlNode {
    const node = this.#collection('mapping', mark, properties, depth);
    node.flow = true;
    this.#desk.give(node);
    this.#scanner.skip();
    for (let first = true; ; first = false) {
      let token = this.#flowItem('flow-mapping-end', first, "did not find expected ',' or '}'");
      if (token === undefined) break;
      const explicit = token.kind === 'key';
      if (explicit) {
        this.#scanner.skip();
        token = this.#peek();
      }
      const noKey =
        explicit && (token.kind === 'value' || token.kind === 'flow-entry' || token.kind === 'flow-mapping-end');
      const key = noKey ? this.#empty(token) : this.#node(false, false, depth + 1);
      node.content.push(key);
      const value = explicit ? this.#flowValue('flow-mapping-end', depth) : this.#empty(this.#peek());
      node.content.push(value);
      this.#desk.moveValueFoot(key, value);
    }
    this.#desk.giveEnd(node);
    this.#scanner.skip();
    return node;
  }

  /** The first token of the next item within brackets; undefined at their end. */
  #flowItem(end: TokenKind, first: boolean, problem: string): Token | undefined {
    let token = this.#peek();
    if (token.kind === end) return undefined;
    if (!first) {
      if (token.kind !== 'flow-entry') throw this.#fail(problem, token);
      this.#scanner.skip();
      token = this.#peek();
    }
    return token.kind === end ? undefined : token;
  }

  #flowValue(end: TokenKind, depth: number): YamlNode {
    let token = this.#peek();
    if (token.kind === 'value') {
      this.#scanner.skip();
      token = this.#peek();
      if (token.kind !== 'flow-entry' && token.kind !== end) return this.#node(false, false, depth + 1);
    }
    return this.#empty(token);
  }

  #emptyAfter({ index, line, column }: Mark): YamlNode {
    return this.#empty({ index: index + 1, line, column: column + 1 });
  }

  #empty(mark: Mark): YamlNode {
    const node = makeNode('scalar', mark.line + 1, mark.column + 1);
    node.tag = '!!null';
    return node;
  }

  #setTag(node: YamlNode, tag: string, fallback: string): void {
    if (tag !== '' && tag !== '!') {
      node.tag = shortTag(tag);
      node.tagged = true;
    } else if (tag === '!' && node.kind === 'scalar' && this.#rules === 'v2') {
      node.tag = '!!str';
      node.tagged = true;
    } else if (fallback !== '') node.tag = fallback;
    else node.tag = implicitTag(node.value);
  }

  #setAnchor(node: YamlNode, properties: Properties | undefined): void {
    if (properties === undefined || properties.anchor === '') return;
    node.anchor = properties.anchor;
    this.#anchors.set(properties.anchor, node);
  }

  #fail(problem: string, mark: Mark) {
    return this.#scanner.reader.fail(problem, mark);
  }
}

function isDocumentHead(kind: TokenKind): boolean {
  return kind === 'version' || kind === 'tag-directive' || kind === 'document-start';
}
