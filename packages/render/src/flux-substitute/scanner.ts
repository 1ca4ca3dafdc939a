import { runeAt, type ByteText } from './byte-text.ts';

/** Whether a character belongs to the token; `place` counts the token's bytes so far, with this character. */
export type Accept = (rune: string, place: number) => boolean;

/** What the scanner looks for. */
export interface ScanMode {
  readonly accept: Accept;
  /** Runs of accepted characters are tokens. */
  readonly text?: boolean;
  /** `${` is a token, and ends a run. */
  readonly open?: boolean;
  /** `}` is a token. */
  readonly close?: boolean;
  /** What escapes in a run: `$$` alone, or `\/` and `\\` too. The escaped character is taken, whatever it is. */
  readonly escapes?: 'dollar' | 'all';
}

/** A token; `end` is the end of the text, `illegal` what the mode does not look for. */
export type Token =
  { readonly kind: 'text'; readonly value: ByteText } | { readonly kind: 'open' | 'close' | 'end' | 'illegal' };

/** Cuts a text into tokens; what a token is depends on where in an expression the parser is. */
export class Scanner {
  readonly #text: ByteText;
  #at = 0;

  constructor(text: ByteText) {
    this.#text = text;
  }

  /** The byte that comes next, or `ahead` bytes behind it; empty at the end. */
  peek(ahead = 0): string {
    return this.#text.charAt(this.#at + ahead);
  }

  scan(mode: ScanMode): Token {
    if (this.#at >= this.#text.length) return { kind: 'end' };
    if (mode.open === true && this.#isOpening()) return this.#take('open', 2);
    if (mode.close === true && this.peek() === '}') return this.#take('close', 1);
    const value = mode.text === true ? this.#run(mode) : undefined;
    if (value !== undefined) return { kind: 'text', value };
    return this.#take('illegal', runeAt(this.#text, this.#at).width);
  }

  #take(kind: 'open' | 'close' | 'illegal', width: number): Token {
    this.#at += width;
    return { kind };
  }

  /** A run of accepted characters; undefined where not even the first is. */
  #run(mode: ScanMode): ByteText | undefined {
    const begin = this.#at;
    let from = begin;
    let value = '';
    while (this.#at < this.#text.length) {
      if (mode.open === true && this.#isOpening()) break;
      if (this.#isEscape(mode.escapes)) {
        value += this.#text.slice(from, this.#at);
        from = this.#at + 1;
        this.#at += 2;
        continue;
      }
      const { rune, width } = runeAt(this.#text, this.#at);
      if (!mode.accept(rune, this.#at + width - begin)) break;
      this.#at += width;
    }
    return this.#at === begin ? undefined : value + this.#text.slice(from, this.#at);
  }

  #isOpening(): boolean {
    return this.peek() === '$' && this.peek(1) === '{';
  }

  #isEscape(escapes: ScanMode['escapes']): boolean {
    if (escapes === undefined) return false;
    const next = this.peek(1);
    if (this.peek() === '$') return next === '$';
    return escapes === 'all' && this.peek() === '\\' && (next === '/' || next === '\\');
  }
}
