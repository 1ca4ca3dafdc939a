/** A line of comment; it may be encrypted itself. */
export interface Comment {
  readonly kind: 'comment';
  readonly text: string;
  /** Whether it stands behind a value, on the same line. */
  readonly inline: boolean;
}

/** A moment, as it was written. */
export interface Time {
  readonly kind: 'time';
  readonly text: string;
}

/** Bytes that are no text. */
export interface Bytes {
  readonly kind: 'bytes';
  readonly bytes: Uint8Array;
}

/** A mapping, in its own order; a comment stands in place of a key. */
export interface Branch {
  readonly kind: 'branch';
  readonly items: readonly Item[];
}

/** A key with its value, or a comment. */
export type Item =
  { readonly key: string; readonly value: SopsValue } | { readonly key: Comment; readonly value: null };

/** A list, with the comments between its members. */
export interface List {
  readonly kind: 'list';
  readonly items: readonly SopsValue[];
}

/** What a value may be that is encrypted, or comes out of one. Integers are bigint, floats are number. */
export type Leaf = string | bigint | number | boolean | Time | Bytes;

/** A value of a document as SOPS walks it. */
export type SopsValue = Leaf | null | Comment | Branch | List;

/** A comment. */
export function comment(text: string, inline = false): Comment {
  return { kind: 'comment', text, inline };
}

/** A mapping of items. */
export function branch(items: readonly Item[]): Branch {
  return { kind: 'branch', items };
}

/** Whether a value is of a kind that is an object here. */
export function isKind<Kind extends 'comment' | 'time' | 'bytes' | 'branch' | 'list'>(
  value: SopsValue | undefined,
  kind: Kind,
): value is Extract<SopsValue, { readonly kind: Kind }> {
  return typeof value === 'object' && value !== null && value.kind === kind;
}

/** The value of a key; undefined where there is none. The last of several counts for nothing: the first does. */
export function valueOf({ items }: Branch, key: string): SopsValue | undefined {
  return items.find((item) => item.key === key)?.value;
}
