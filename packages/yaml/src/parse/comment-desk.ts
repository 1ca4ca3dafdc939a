import type { YamlNode } from '../node.ts';
import type { Scanner } from '../scan/scanner.ts';
import type { Token, TokenKind } from '../scan/token.ts';

/** Deals the scanner's comments out to the nodes, with yaml.v3's rules. Without comments it has nothing to do. */
export class CommentDesk {
  readonly #scanner: Scanner;
  #next = 0;
  #head = '';
  #line = '';
  #foot = '';
  #stem = '';

  constructor(scanner: Scanner) {
    this.#scanner = scanner;
  }

  /** Takes up the comments that lie before `token`. */
  deal(token: Token): void {
    const { comments } = this.#scanner;
    if (comments.length === 0) return;
    for (; this.#next < comments.length; this.#next++) {
      const comment = comments[this.#next];
      if (comment === undefined || token.index < comment.tokenMark.index) return;
      // A block's end has no head: it waits for what follows.
      if (comment.head !== '' && token.kind === 'block-end') return;
      if (comment.head !== '') this.#head = joined(this.#head, comment.head);
      if (comment.foot !== '') this.#foot = joined(this.#foot, comment.foot);
      if (comment.line !== '') this.#line = joined(this.#line, comment.line);
    }
  }

  /** Gives a node that starts what was taken up. */
  give(node: YamlNode): void {
    node.headComment = this.#head;
    this.giveEnd(node);
  }

  /** Gives a collection that ends its line and foot comments; a block mapping's foot goes to its last key. */
  giveEnd(node: YamlNode): void {
    node.lineComment = this.#line;
    node.footComment = this.#foot;
    this.#clear();
    const lastKey = node.content.at(-2);
    if (node.kind === 'mapping' && !node.flow && node.footComment !== '' && lastKey !== undefined) {
      lastKey.footComment = node.footComment;
      node.footComment = '';
    }
  }

  /** Gives a block collection the comment that stood before the `-` which holds it. */
  giveStem(node: YamlNode): void {
    node.headComment = this.#stem;
    this.#stem = '';
  }

  get headLength(): number {
    return this.#head.length;
  }

  /** The first `length` characters of the head belong to the collection that an item holds, not to its first entry. */
  splitStem(length: number, kind: TokenKind): void {
    if (length === 0 || (kind !== 'block-sequence-start' && kind !== 'block-mapping-start')) return;
    this.#stem = this.#head.slice(0, length);
    this.#head = this.#head.slice(length + 1);
  }

  /** A foot at a block key is the foot of the entry before it. */
  moveKeyFoot(key: YamlNode, content: readonly YamlNode[]): void {
    const previous = content.at(-3);
    if (key.footComment === '' || previous === undefined) return;
    previous.footComment = key.footComment;
    key.footComment = '';
  }

  /** An entry's foot stands with its key. */
  moveValueFoot(key: YamlNode, value: YamlNode): void {
    if (key.footComment !== '' || value.footComment === '') return;
    key.footComment = value.footComment;
    value.footComment = '';
  }

  /** What stands before the first node, up to its last empty line, is the document's head. */
  takeDocumentHead(): string {
    const head = this.#head;
    for (let i = head.length - 1; i > 0; i--) {
      if (head[i] !== '\n') continue;
      if (i !== head.length - 1 && head[i - 1] !== '\n') continue;
      this.#head = head.slice(i + 1);
      return head.slice(0, i === head.length - 1 ? i : i - 1);
    }
    return '';
  }

  takeDocumentFoot(): string {
    const foot = this.#foot !== '' ? this.#foot : this.#head;
    this.#clear();
    return foot;
  }

  #clear(): void {
    this.#head = '';
    this.#line = '';
    this.#foot = '';
    this.#stem = '';
  }
}

function joined(before: string, after: string): string {
  return before === '' ? after : `${before}\n${after}`;
}
