import type { YamlStyle } from '../node.ts';
import { scanBlockScalar } from './block-scalar.ts';
import { END, isBlank, isBlankOrEnd, isBreak, isBreakOrEnd } from './characters.ts';
import { scanComments, scanLineComment } from './comments.ts';
import { scanPlainScalar } from './plain-scalar.ts';
import { scanQuotedScalar } from './quoted-scalar.ts';
import type { Reader } from './reader.ts';
import { scanAnchor, scanDirective, scanTag } from './tag.ts';
import type { Comment, Mark, SimpleKey, Token, TokenKind } from './token.ts';

/** How far a `:` may be from the start of its key, in characters. */
const SIMPLE_KEY_LENGTH = 1024;

/** Consumed tokens that are kept before the queue is cut. */
const QUEUE_SLACK = 64;

/**
 * Turns text into tokens, with libyaml's rules: block structure from indentation, and keys found when their `:` is.
 * With comments it also reads two tokens ahead, as yaml.v3 does, to know whose comment one is.
 */
export class Scanner {
  readonly reader: Reader;
  /** Comments found and not yet dealt out, in order. */
  readonly comments: Comment[] = [];
  readonly #withComments: boolean;
  #queue: Token[] = [];
  #head = 0;
  #taken = 0;
  #indent = -1;
  readonly #indents: number[] = [];
  #flowLevel = 0;
  #keyAllowed = true;
  #keys: (SimpleKey | null)[] = [null];
  #pendingKey: SimpleKey | null = null;
  #ended = false;

  constructor(reader: Reader, withComments: boolean) {
    this.reader = reader;
    this.#withComments = withComments;
  }

  /** The next token, which stays the next one. */
  peek(): Token {
    const ahead = this.#withComments ? 2 : 0;
    for (;;) {
      const token = this.#queue[this.#head];
      if (token !== undefined && (this.#ended || this.#head < this.#queue.length - ahead)) {
        const settled = token.key === null || !token.key.possible || !this.#stillPossible(token.key);
        if (settled || this.#ended) return token;
      }
      this.#fetch();
    }
  }

  /** Passes the next token. To be called after `peek`. */
  skip(): void {
    this.#head++;
    this.#taken++;
    if (this.#head > QUEUE_SLACK) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
  }

  #append(kind: TokenKind, mark: Mark, value = '', suffix = '', style: YamlStyle = 'plain'): void {
    const { index, line, column } = mark;
    this.#queue.push({ kind, index, line, column, value, suffix, style, key: this.#pendingKey });
    this.#pendingKey = null;
  }

  #insert(kind: TokenKind, mark: Mark, token: number): void {
    const { index, line, column } = mark;
    const inserted: Token = { kind, index, line, column, value: '', suffix: '', style: 'plain', key: null };
    this.#queue.splice(this.#head + token - this.#taken, 0, inserted);
  }

  #fetch(): void {
    const { reader } = this;
    const from = this.#withComments ? reader.mark() : undefined;
    this.#skipToToken(from);
    if (this.#indent > reader.column) this.#unroll(reader.column, from ?? reader.mark());
    const code = reader.peek(0);
    if (code === END) {
      this.#fetchStreamEnd();
      return;
    }
    if (reader.column === 0) {
      if (code === 0x25) {
        this.#fetchDirective();
        return;
      }
      if (reader.atDocumentIndicator()) {
        this.#fetchDocumentIndicator(code === 0x2d ? 'document-start' : 'document-end');
        return;
      }
    }
    if (!this.#withComments) {
      this.#fetchContent(code);
      return;
    }
    const last = this.#queue.at(-1);
    const belongsBefore = this.#flowLevel === 0 ? code === 0x3a : code === 0x2c;
    const commentMark = belongsBefore && last !== undefined ? last : reader.mark();
    this.#fetchContent(code);
    if (this.#queue.at(-1)?.kind !== 'entry') this.#lineComment(commentMark);
  }

  #fetchContent(code: number): void {
    const { reader } = this;
    const inFlow = this.#flowLevel > 0;
    switch (code) {
      case 0x5b:
        this.#openFlow('flow-sequence-start');
        return;
      case 0x7b:
        this.#openFlow('flow-mapping-start');
        return;
      case 0x5d:
        this.#closeFlow('flow-sequence-end');
        return;
      case 0x7d:
        this.#closeFlow('flow-mapping-end');
        return;
      case 0x2c:
        this.#dropKey();
        this.#keyAllowed = true;
        this.#indicator('flow-entry');
        return;
      case 0x2d:
        if (!isBlankOrEnd(reader.peek(1))) break;
        this.#fetchEntry();
        return;
      case 0x3f:
        if (!inFlow && !isBlankOrEnd(reader.peek(1))) break;
        this.#fetchKey();
        return;
      case 0x3a:
        if (!inFlow && !isBlankOrEnd(reader.peek(1))) break;
        this.#fetchValue();
        return;
      case 0x7c:
      case 0x3e:
        if (inFlow) break;
        this.#fetchBlockScalar(code === 0x7c);
        return;
      default:
        if (this.#fetchNodeStart(code)) return;
    }
    this.#fetchPlain(code);
  }

  /** Aliases, anchors, tags and quoted scalars: what may start a simple key. */
  #fetchNodeStart(code: number): boolean {
    const { reader } = this;
    if (code !== 0x2a && code !== 0x26 && code !== 0x21 && code !== 0x27 && code !== 0x22) return false;
    this.#saveKey();
    this.#keyAllowed = false;
    const mark = reader.mark();
    if (code === 0x2a) this.#append('alias', mark, scanAnchor(reader));
    else if (code === 0x26) this.#append('anchor', mark, scanAnchor(reader));
    else if (code === 0x21) {
      const { handle, suffix } = scanTag(reader);
      this.#append('tag', mark, handle, suffix);
    } else {
      const single = code === 0x27;
      this.#append('scalar', mark, scanQuotedScalar(reader, single), '', single ? 'single' : 'double');
    }
    return true;
  }

  #fetchPlain(code: number): void {
    const { reader } = this;
    const next = reader.peek(1);
    const starts =
      code === 0x2d
        ? !isBlank(next)
        : code === 0x3f || code === 0x3a
          ? this.#flowLevel === 0 && !isBlankOrEnd(next)
          : !isBlankOrEnd(code) && !'#|>%@`'.includes(String.fromCharCode(code));
    if (!starts) throw reader.fail('found character that cannot start any token');
    this.#saveKey();
    this.#keyAllowed = false;
    const mark = reader.mark();
    const { value, endsInBreak } = scanPlainScalar(reader, this.#flowLevel > 0, this.#indent + 1);
    this.#append('scalar', mark, value);
    if (endsInBreak) this.#keyAllowed = true;
  }

  #fetchBlockScalar(literal: boolean): void {
    this.#dropKey();
    this.#keyAllowed = true;
    const mark = this.reader.mark();
    const value = scanBlockScalar(this.reader, literal, this.#indent, (start) => {
      if (this.#withComments) this.#lineComment(start);
    });
    this.#append('scalar', mark, value, '', literal ? 'literal' : 'folded');
  }

  #fetchStreamEnd(): void {
    const { reader } = this;
    if (reader.column !== 0) {
      reader.line++;
      reader.lineStart = reader.pos;
    }
    this.#unroll(-1, reader.mark());
    this.#dropKey();
    this.#keyAllowed = false;
    this.#append('stream-end', reader.mark());
    this.#ended = true;
  }

  #fetchDirective(): void {
    this.#unroll(-1, this.reader.mark());
    this.#dropKey();
    this.#keyAllowed = false;
    const mark = this.reader.mark();
    const { kind, value, suffix } = scanDirective(this.reader);
    this.#append(kind, mark, value, suffix);
  }

  #fetchDocumentIndicator(kind: 'document-start' | 'document-end'): void {
    this.#unroll(-1, this.reader.mark());
    this.#dropKey();
    this.#keyAllowed = false;
    this.#append(kind, this.reader.mark());
    this.reader.pos += 3;
  }

  #openFlow(kind: TokenKind): void {
    this.#saveKey();
    this.#keys.push(null);
    this.#flowLevel++;
    this.#keyAllowed = true;
    this.#indicator(kind);
  }

  #closeFlow(kind: TokenKind): void {
    this.#dropKey();
    if (this.#flowLevel > 0) {
      this.#flowLevel--;
      this.#keys.pop();
    }
    this.#keyAllowed = false;
    this.#indicator(kind);
  }

  #fetchEntry(): void {
    const { reader } = this;
    if (this.#flowLevel === 0) {
      if (!this.#keyAllowed) throw reader.fail('block sequence entries are not allowed in this context');
      this.#roll(reader.mark(), -1, 'block-sequence-start');
    }
    this.#dropKey();
    this.#keyAllowed = true;
    this.#indicator('entry');
  }

  #fetchKey(): void {
    const { reader } = this;
    if (this.#flowLevel === 0) {
      if (!this.#keyAllowed) throw reader.fail('mapping keys are not allowed in this context');
      this.#roll(reader.mark(), -1, 'block-mapping-start');
    }
    this.#dropKey();
    this.#keyAllowed = this.#flowLevel === 0;
    this.#indicator('key');
  }

  #fetchValue(): void {
    const { reader } = this;
    const key = this.#keys[this.#keys.length - 1] ?? null;
    if (key !== null && key.possible && this.#stillPossible(key)) {
      this.#insert('key', key, key.token);
      this.#roll(key, key.token, 'block-mapping-start');
      key.possible = false;
      this.#keyAllowed = false;
    } else {
      if (this.#flowLevel === 0) {
        if (!this.#keyAllowed) throw reader.fail('mapping values are not allowed in this context');
        this.#roll(reader.mark(), -1, 'block-mapping-start');
      }
      this.#keyAllowed = this.#flowLevel === 0;
    }
    this.#indicator('value');
  }

  #indicator(kind: TokenKind): void {
    this.#append(kind, this.reader.mark());
    this.reader.pos++;
  }

  #stillPossible(key: SimpleKey): boolean {
    const { reader } = this;
    if (key.line === reader.line && !this.#tooLong(key)) return true;
    if (key.required) throw reader.fail("could not find expected ':'", key);
    key.possible = false;
    return false;
  }

  #tooLong(key: SimpleKey): boolean {
    const units = this.reader.pos - key.index;
    if (units <= SIMPLE_KEY_LENGTH) return false;
    if (units > 2 * SIMPLE_KEY_LENGTH) return true;
    return [...this.reader.text.slice(key.index, this.reader.pos)].length > SIMPLE_KEY_LENGTH;
  }

  #saveKey(): void {
    if (!this.#keyAllowed) return;
    const { reader } = this;
    const required = this.#flowLevel === 0 && this.#indent === reader.column;
    const token = this.#taken + this.#queue.length - this.#head;
    this.#dropKey();
    const { pos: index, line, column } = reader;
    const key: SimpleKey = { possible: true, required, token, index, line, column };
    this.#keys[this.#keys.length - 1] = key;
    this.#pendingKey = key;
  }

  #dropKey(): void {
    const key = this.#keys[this.#keys.length - 1];
    if (key?.possible !== true) return;
    if (key.required) throw this.reader.fail("could not find expected ':'", key);
    key.possible = false;
  }

  /** Opens a block collection when `mark` lies deeper than the current one. `token` is where to, or -1 for the end. */
  #roll(mark: Mark, token: number, kind: 'block-sequence-start' | 'block-mapping-start'): void {
    if (this.#flowLevel > 0 || this.#indent >= mark.column) return;
    this.#indents.push(this.#indent);
    this.#indent = mark.column;
    if (token < 0) this.#append(kind, mark);
    else this.#insert(kind, mark, token);
  }

  /** Closes the block collections that lie deeper than `column`. */
  #unroll(column: number, from: Mark): void {
    if (this.#flowLevel > 0) return;
    let mark: Mark = { ...from, index: from.index - 1 };
    while (this.#indent > column) {
      mark = this.#endBeforeFoot(mark);
      this.#append('block-end', mark);
      this.#indent = this.#indents.pop() ?? -1;
    }
  }

  /** Moves a block's end before comments at its own indentation, which are the foot of its parent. */
  #endBeforeFoot(mark: Mark): Mark {
    let moved = mark;
    let stop = mark.index;
    for (let i = this.comments.length - 1; i >= 0; i--) {
      const comment = this.comments[i];
      if (comment === undefined || comment.endMark.index < stop) break;
      if (comment.startMark.column === this.#indent + 1) moved = comment.startMark;
      stop = comment.scanMark.index;
    }
    return moved;
  }

  #skipToToken(from: Mark | undefined): void {
    const { reader } = this;
    for (;;) {
      if (reader.column === 0 && reader.peek(0) === 0xfeff) reader.pos++;
      const tabs = this.#flowLevel > 0 || !this.#keyAllowed;
      let code = reader.peek(0);
      while (code === 0x20 || (tabs && code === 0x09)) code = reader.text.charCodeAt(++reader.pos);
      if (this.#withComments) this.#headUnderEntry(code);
      if (code === 0x23) {
        this.#skipComment(from);
        code = reader.peek(0);
      }
      if (!isBreak(code)) return;
      reader.readBreak();
      if (this.#flowLevel === 0) this.#keyAllowed = true;
    }
  }

  #skipComment(from: Mark | undefined): void {
    const { reader } = this;
    if (from !== undefined) {
      const last = this.#queue.at(-1);
      const previous = last?.kind === 'flow-entry' ? (this.#queue.at(-2) ?? last) : last;
      this.comments.push(...scanComments(reader, previous, from, this.#indent, this.#flowLevel > 0));
      return;
    }
    let at = reader.pos;
    while (!isBreakOrEnd(reader.text.charCodeAt(at))) at++;
    reader.pos = at;
  }

  /** The comment in `- # text` is the head of what stands below it. */
  #headUnderEntry(code: number): void {
    const comment = this.comments.at(-1);
    if (comment === undefined || comment.line === '' || isBreak(code)) return;
    if (this.#queue.at(-1)?.kind !== 'entry' || this.#queue.at(-2)?.kind !== 'block-sequence-start') return;
    comment.head = comment.line;
    comment.line = '';
    if (comment.startMark.line === this.reader.line - 1) comment.tokenMark = this.reader.mark();
  }

  #lineComment(tokenMark: Mark): void {
    const comment = scanLineComment(this.reader, tokenMark);
    if (comment !== undefined) this.comments.push(comment);
  }
}
