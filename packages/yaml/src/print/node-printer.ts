import { CapstanError } from '@capstan/errors';
import { DEPTH_CEILING } from '../limits.ts';
import type { YamlNode, YamlStyle } from '../node.ts';
import { isBreak, isWord } from '../scan/characters.ts';
import { resolvePlain } from '../values/tag.ts';
import { analyze } from './analyze.ts';
import { writeScalar } from './scalar.ts';
import { fitsSimpleKey } from './simple-key.ts';
import { writeTag } from './tag.ts';
import { Writer } from './writer.ts';

/** How a tree is laid out. */
export interface NodeLayout {
  /** Columns that one level takes, 2 to 9. */
  readonly indent: number;
  /** Whether the `-` of a sequence under a key counts as its indentation, as kustomize and Flux print it. */
  readonly compactSequences: boolean;
}

/** Where a node stands. */
interface Context {
  readonly inMapping: boolean;
  readonly isSimpleKey: boolean;
  readonly inBlockSequence: boolean;
}

const item: Context = { inMapping: false, isSimpleKey: false, inBlockSequence: true };
const flowItem: Context = { inMapping: false, isSimpleKey: false, inBlockSequence: false };
const simpleKey: Context = { inMapping: true, isSimpleKey: true, inBlockSequence: false };
const inMapping: Context = { inMapping: true, isSimpleKey: false, inBlockSequence: false };

/** Prints trees as yaml.v3's emitter does, comments where it puts them. */
export class NodePrinter {
  readonly #writer = new Writer();
  readonly #layout: NodeLayout;
  #indent = -1;
  #flowLevel = 0;
  #depth = 0;
  // Comments that wait for their place. A node's own replace what still waits.
  #head = '';
  #line = '';
  #foot = '';
  #tail = '';
  #keyLine = '';

  constructor(layout: NodeLayout) {
    this.#layout = layout;
  }

  /** A document, or a node as the root of one. */
  print(node: YamlNode): string {
    const root = node.kind === 'document' ? node.content[0] : node;
    this.#announce(node.kind === 'document' ? node.headComment : '');
    if (this.#head !== '') {
      this.#writeHead();
      this.#writer.lineBreak();
    }
    if (root !== undefined) {
      this.#announceNode(root, '');
      this.#writeHead();
      this.#node(root, flowItem, () => {
        this.#writeLineAndFoot();
      });
    }
    this.#announce('', '', node.kind === 'document' ? node.footComment : '');
    this.#writer.footIndent = 0;
    this.#writeFoot();
    this.#writer.footIndent = -1;
    this.#writer.indent(this.#indent);
    return this.#writer.text;
  }

  #announce(head: string, line = '', foot = '', tail = ''): void {
    if (head !== '') this.#head = head;
    if (line !== '') this.#line = line;
    if (foot !== '') this.#foot = foot;
    if (tail !== '') this.#tail = tail;
  }

  /** A collection's line and foot comments belong to its end. */
  #announceNode(node: YamlNode, tail: string): void {
    if (node.kind === 'mapping' || node.kind === 'sequence') this.#announce(node.headComment, '', '', tail);
    else this.#announce(node.headComment, node.lineComment, node.footComment, tail);
  }

  /** `afterStart` runs once the node is written, or the start of it when it is a collection. */
  #node(node: YamlNode, context: Context, afterStart: () => void): void {
    switch (node.kind) {
      case 'alias':
        this.#writer.indicator(`*${checkedAnchor(node.value)}`, true);
        afterStart();
        return;
      case 'scalar':
        this.#scalar(node, context);
        afterStart();
        return;
      case 'mapping':
      case 'sequence':
        this.#collection(node, context, afterStart);
        return;
      case 'document':
        throw new CapstanError('YAML_INVALID', 'a document cannot stand within a document');
    }
  }

  #properties(node: YamlNode, tag: string): void {
    if (node.anchor !== '') this.#writer.indicator(`&${checkedAnchor(node.anchor)}`, true);
    if (tag !== '') writeTag(this.#writer, tag);
  }

  #collection(node: YamlNode, context: Context, afterStart: () => void): void {
    if (++this.#depth > DEPTH_CEILING) {
      throw new CapstanError('YAML_LIMIT', `the tree is nested deeper than ${String(DEPTH_CEILING)} levels`);
    }
    this.#properties(node, explicitTag(node));
    const flow = this.#flowLevel > 0 || node.flow || node.content.length === 0;
    afterStart();
    if (node.kind === 'sequence') {
      if (flow) this.#flowSequence(node, context);
      else this.#blockSequence(node, context);
    } else if (flow) this.#flowMapping(node, context);
    else this.#blockMapping(node, context);
    this.#depth--;
  }

  #deeper(context: Context, flow: boolean, compact = false): number {
    const before = this.#indent;
    const step = this.#layout.indent;
    if (before < 0) this.#indent = flow ? step : 0;
    else if (context.inBlockSequence) this.#indent += 2;
    else this.#indent = step * Math.floor((before + step) / step) - (compact ? 2 : 0);
    return before;
  }

  #blockSequence(node: YamlNode, context: Context): void {
    const writer = this.#writer;
    const underKey = context.inMapping && (writer.column === 0 || !writer.indention);
    const before = this.#deeper(context, false, underKey && this.#layout.compactSequences);
    for (const child of node.content) {
      this.#announceNode(child, '');
      this.#writeHead();
      writer.indent(this.#indent);
      writer.indicator('-', true, false, true);
      this.#node(child, item, () => {
        this.#writeLineAndFoot();
      });
    }
    this.#announce('', node.lineComment, node.footComment);
    this.#indent = before;
  }

  #blockMapping(node: YamlNode, context: Context): void {
    const writer = this.#writer;
    const before = this.#deeper(context, false);
    let tail = '';
    for (let i = 0; i + 1 < node.content.length; i += 2) {
      const given = node.content[i];
      const value = node.content[i + 1];
      if (given === undefined || value === undefined) break;
      const key = withoutFoot(given);
      this.#announceNode(key, tail);
      tail = given.footComment;
      this.#writeHead();
      writer.indent(this.#indent);
      this.#keyLine = this.#line === '' ? this.#keyLine : this.#line;
      this.#line = '';
      const simple = this.#isSimpleKey(key);
      if (!simple) writer.indicator('?', true, false, true);
      this.#node(key, simple ? simpleKey : inMapping, () => undefined);
      this.#announceNode(value, '');
      this.#blockValue(value, simple);
    }
    this.#announce('', node.lineComment, node.footComment, tail);
    this.#writeHead();
    this.#indent = before;
  }

  #blockValue(value: YamlNode, simple: boolean): void {
    const writer = this.#writer;
    if (!simple) writer.indent(this.#indent);
    writer.indicator(':', !simple, false, !simple);
    this.#placeKeyLine(value);
    this.#node(value, inMapping, () => {
      this.#writeLineAndFoot();
    });
  }

  /** A line comment at a key goes behind its scalar value, or at once when a block follows. */
  #placeKeyLine(value: YamlNode): void {
    if (this.#keyLine === '') return;
    if (value.kind === 'scalar') {
      if (this.#line !== '') return;
      this.#line = this.#keyLine;
      this.#keyLine = '';
    } else if (value.kind !== 'alias' && !value.flow) {
      const line = this.#line;
      this.#line = this.#keyLine;
      this.#writeLine();
      this.#line = line;
      this.#keyLine = '';
    }
  }

  #flowSequence(node: YamlNode, context: Context): void {
    const writer = this.#writer;
    writer.indicator('[', true, true);
    const before = this.#deeper(context, true);
    this.#flowLevel++;
    let comma = false;
    for (const child of node.content) {
      this.#announceNode(child, '');
      if (comma) writer.indicator(',', false);
      this.#writeHead();
      if (writer.column === 0) writer.indent(this.#indent);
      comma = !this.#commentsWait();
      this.#node(child, flowItem, () => {
        this.#endFlowItem();
      });
    }
    this.#announce('', node.lineComment, node.footComment);
    this.#flowLevel--;
    this.#indent = before;
    if (writer.column === 0) writer.indent(this.#indent);
    writer.indicator(']', false);
    this.#writeLineAndFoot();
  }

  #flowMapping(node: YamlNode, context: Context): void {
    const writer = this.#writer;
    writer.indicator('{', true, true);
    const before = this.#deeper(context, true);
    this.#flowLevel++;
    let comma = false;
    let tail = '';
    for (let i = 0; i + 1 < node.content.length; i += 2) {
      const given = node.content[i];
      const value = node.content[i + 1];
      if (given === undefined || value === undefined) break;
      const key = withoutFoot(given);
      this.#announceNode(key, tail);
      tail = given.footComment;
      if (comma) writer.indicator(',', false);
      this.#writeHead();
      if (writer.column === 0) writer.indent(this.#indent);
      const simple = this.#isSimpleKey(key);
      if (!simple) writer.indicator('?', true);
      this.#node(key, simple ? simpleKey : inMapping, () => undefined);
      this.#announceNode(value, '');
      writer.indicator(':', !simple);
      comma = !this.#commentsWait();
      this.#node(value, inMapping, () => {
        this.#endFlowItem();
      });
    }
    this.#announce('', node.lineComment, node.footComment, tail);
    if (comma && this.#head + this.#foot + this.#tail !== '') writer.indicator(',', false);
    this.#writeHead();
    this.#flowLevel--;
    this.#indent = before;
    writer.indicator('}', false);
    this.#writeLineAndFoot();
  }

  /** With a comment behind it, an item's comma comes first. */
  #endFlowItem(): void {
    if (this.#commentsWait()) this.#writer.indicator(',', false);
    this.#writeLineAndFoot();
  }

  #commentsWait(): boolean {
    return this.#line !== '' || this.#foot !== '' || this.#tail !== '';
  }

  #isSimpleKey(node: YamlNode): boolean {
    if (node.kind === 'scalar') {
      return !hasBreak(node.value) && fitsSimpleKey(node.value, node.anchor.length + explicitTag(node).length);
    }
    return node.kind === 'alias' ? fitsSimpleKey(node.value, 0) : node.content.length === 0;
  }

  #scalar(node: YamlNode, context: Context): void {
    const { value } = node;
    const tag = explicitTag(node);
    const style = this.#styleOf(node, context.isSimpleKey);
    this.#properties(node, tag);
    const before = this.#deeper(context, true);
    const endHeader = () => {
      if (this.#line === '') this.#writer.lineBreak();
      else this.#writeLine();
    };
    const layout = { indent: this.#indent, width: Infinity, folds: !context.isSimpleKey, step: this.#layout.indent };
    writeScalar(this.#writer, value, style, { ...layout, endHeader });
    this.#indent = before;
  }

  #styleOf(node: YamlNode, isSimpleKey: boolean): YamlStyle {
    const { value } = node;
    const allowed = analyze(value, 'v3');
    let style = node.style;
    if (style === 'plain') {
      if (value.includes('\n')) style = 'literal';
      else if (mustQuote(node)) style = 'double';
    }
    if (isSimpleKey && allowed.multiline) style = 'double';
    if (style === 'plain') {
      const plain = this.#flowLevel > 0 ? allowed.flowPlain : allowed.blockPlain;
      if (!plain || (value === '' && (this.#flowLevel > 0 || isSimpleKey))) style = 'single';
    }
    if (style === 'single' && !allowed.single) style = 'double';
    const isBlock = style === 'literal' || style === 'folded';
    return isBlock && (!allowed.block || this.#flowLevel > 0 || isSimpleKey) ? 'double' : style;
  }

  #writeHead(): void {
    const writer = this.#writer;
    if (this.#tail !== '') {
      writer.indent(this.#indent);
      this.#comment(this.#tail);
      this.#tail = '';
      writer.footIndent = Math.max(this.#indent, 0);
    }
    if (this.#head === '') return;
    writer.indent(this.#indent);
    this.#comment(this.#head);
    this.#head = '';
  }

  #writeLineAndFoot(): void {
    if (this.#line !== '') this.#writeLine();
    this.#writeFoot();
  }

  #writeLine(): void {
    if (!this.#writer.whitespace) this.#writer.put(' ');
    this.#comment(this.#line);
    this.#line = '';
  }

  #writeFoot(): void {
    if (this.#foot === '') return;
    this.#writer.indent(this.#indent);
    this.#comment(this.#foot);
    this.#foot = '';
    this.#writer.footIndent = Math.max(this.#indent, 0);
  }

  #comment(text: string): void {
    const writer = this.#writer;
    let atBreak = false;
    for (const [index, line] of text.split('\n').entries()) {
      if (index > 0) {
        writer.lineBreak();
        atBreak = true;
      }
      if (line === '') continue;
      if (atBreak) writer.indent(this.#indent);
      writer.put(line.startsWith('#') ? line : `# ${line}`);
      writer.indention = false;
      atBreak = false;
    }
    if (!atBreak) writer.lineBreak();
    writer.whitespace = true;
  }
}

/** A key's foot is printed before what follows its value. */
function withoutFoot(key: YamlNode): YamlNode {
  return key.footComment === '' ? key : { ...key, footComment: '' };
}

function hasBreak(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (isBreak(text.charCodeAt(i))) return true;
  return false;
}

/** The tag that has to be written; empty when the value alone says it. */
function explicitTag(node: YamlNode): string {
  const { tag } = node;
  if (node.tagged || tag === '') return tag;
  if (node.kind === 'mapping') return tag === '!!map' ? '' : tag;
  if (node.kind === 'sequence') return tag === '!!seq' ? '' : tag;
  if (tag === '!!str' || tag === plainTag(node.value)) return '';
  return tag;
}

/** Whether a string without a style would be read back as something else. */
function mustQuote(node: YamlNode): boolean {
  return !node.tagged && node.tag === '!!str' && plainTag(node.value) !== '!!str';
}

/** The tag that yaml.v3 gives to a value without quotes. It writes `!!merge` before `<<`, which its resolver does not know. */
function plainTag(text: string): string {
  return resolvePlain(text, 'v3').tag;
}

function checkedAnchor(name: string): string {
  for (let i = 0; i < name.length; i++) {
    if (!isWord(name.charCodeAt(i))) {
      throw new CapstanError('YAML_INVALID', 'an anchor may hold letters, digits, `_` and `-` only');
    }
  }
  if (name === '') throw new CapstanError('YAML_INVALID', 'an alias needs the name of an anchor');
  return name;
}
