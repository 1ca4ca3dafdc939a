import { compareElements, formatPath, type Path, type PathElement } from './path-element.ts';

/** What a set says of one element: whether the path to it is a member, and which members lie below it. */
export interface FieldSetEntry {
  readonly element: PathElement;
  readonly member: boolean;
  readonly children: FieldSet | undefined;
}

/**
 * A set of field paths, kept as a tree. Immutable: every operation gives a new set and shares what did not change. A
 * subtree without members is never kept, so two sets are equal exactly when they hold the same paths.
 */
export class FieldSet {
  readonly #entries: ReadonlyMap<string, FieldSetEntry>;

  /** Takes over `entries`, keyed by the elements' text; none may lack both membership and children. */
  constructor(entries: ReadonlyMap<string, FieldSetEntry>) {
    this.#entries = entries;
  }

  /** The set without members. */
  static readonly empty = new FieldSet(new Map());

  /** The set of the given paths; the empty path, the whole object, is never a member. */
  static of(...paths: readonly Path[]): FieldSet {
    const builder = new FieldSetBuilder();
    for (const path of paths) builder.insert(path);
    return builder.build();
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  /** How many paths are members. */
  get size(): number {
    let count = 0;
    for (const entry of this.#entries.values()) count += (entry.member ? 1 : 0) + (entry.children?.size ?? 0);
    return count;
  }

  /** What the set says of an element of its root, by the element's text. */
  entry(text: string): FieldSetEntry | undefined {
    return this.#entries.get(text);
  }

  /** What the set says of its root's elements, in no particular order. */
  entries(): Iterable<FieldSetEntry> {
    return this.#entries.values();
  }

  /** What the set says of its root's elements, in the order of FieldsV1. */
  sortedEntries(): readonly FieldSetEntry[] {
    return [...this.#entries.values()].sort((left, right) => compareElements(left.element, right.element));
  }

  has(path: Path): boolean {
    const [first, ...rest] = path;
    if (first === undefined) return false;
    const entry = this.#entries.get(first.text);
    return rest.length === 0 ? entry?.member === true : (entry?.children?.has(rest) ?? false);
  }

  /** The members below an element of the root, with that element left off. */
  below(element: PathElement): FieldSet {
    return this.#entries.get(element.text)?.children ?? FieldSet.empty;
  }

  /** This set and one path more. */
  insert(path: Path): FieldSet {
    return this.has(path) ? this : this.union(FieldSet.of(path));
  }

  equals(other: FieldSet): boolean {
    if (this === other) return true;
    if (this.#entries.size !== other.#entries.size) return false;
    for (const [text, entry] of this.#entries) {
      const counterpart = other.#entries.get(text);
      if (counterpart?.member !== entry.member || !sameChildren(entry.children, counterpart.children)) return false;
    }
    return true;
  }

  /** What is in either set. */
  union(other: FieldSet): FieldSet {
    if (other.isEmpty || this === other) return this;
    if (this.isEmpty) return other;
    const out = new Map(this.#entries);
    let changed = false;
    for (const [text, theirs] of other.#entries) {
      const ours = out.get(text);
      const joined = ours === undefined ? theirs : joinEntries(ours, theirs);
      if (joined === ours) continue;
      out.set(text, joined);
      changed = true;
    }
    return changed ? new FieldSet(out) : this;
  }

  /** What is in both sets. */
  intersection(other: FieldSet): FieldSet {
    if (this === other) return this;
    const [smaller, larger] = this.#entries.size <= other.#entries.size ? [this, other] : [other, this];
    const out = new Map<string, FieldSetEntry>();
    for (const [text, entry] of smaller.#entries) {
      const counterpart = larger.#entries.get(text);
      if (counterpart === undefined) continue;
      const below = counterpart.children && entry.children?.intersection(counterpart.children);
      put(out, entry.element, entry.member && counterpart.member, below);
    }
    return new FieldSet(out);
  }

  /** What is in this set and not in the other; a parent's membership and its children's are independent. */
  difference(other: FieldSet): FieldSet {
    return this.#subtract(other, (theirs, ours) =>
      theirs.children === undefined ? ours.children : ours.children?.difference(theirs.children),
    );
  }

  /** As `difference`, but a member of the other set takes everything below it away too. */
  recursiveDifference(other: FieldSet): FieldSet {
    return this.#subtract(other, (theirs, ours) => {
      if (theirs.member) return undefined;
      return theirs.children === undefined ? ours.children : ours.children?.recursiveDifference(theirs.children);
    });
  }

  #subtract(other: FieldSet, below: (theirs: FieldSetEntry, ours: FieldSetEntry) => FieldSet | undefined): FieldSet {
    if (this.isEmpty || other.isEmpty) return this;
    const out = new Map<string, FieldSetEntry>();
    let changed = false;
    for (const [text, ours] of this.#entries) {
      const theirs = other.#entries.get(text);
      if (theirs === undefined) {
        out.set(text, ours);
        continue;
      }
      const member = ours.member && !theirs.member;
      const children = below(theirs, ours);
      if (member === ours.member && children === ours.children) {
        out.set(text, ours);
        continue;
      }
      put(out, ours.element, member, children);
      changed = true;
    }
    return changed ? new FieldSet(out) : this;
  }

  /** The members that have no members below them. */
  leaves(): FieldSet {
    const out = new Map<string, FieldSetEntry>();
    for (const { element, member, children } of this.#entries.values()) {
      put(out, element, member && children === undefined, children?.leaves());
    }
    return new FieldSet(out);
  }

  /** All members, parents before children, in the order of FieldsV1: those of one level before any below. */
  *paths(prefix: Path = []): Generator<Path> {
    const sorted = this.sortedEntries();
    for (const { element, member } of sorted) if (member) yield [...prefix, element];
    for (const { element, children } of sorted) if (children !== undefined) yield* children.paths([...prefix, element]);
  }

  /** One path a line. */
  toString(): string {
    return [...this.paths()].map(formatPath).join('\n');
  }
}

/** A set under construction: fill it, then `build` it once. */
export class FieldSetBuilder {
  readonly #members = new Map<string, PathElement>();
  readonly #children = new Map<string, { readonly element: PathElement; readonly set: FieldSetBuilder | FieldSet }>();

  get isEmpty(): boolean {
    return this.#members.size === 0 && this.#children.size === 0;
  }

  /** Makes the path of one element a member. */
  add(element: PathElement): void {
    this.#members.set(element.text, element);
  }

  /** The builder for what lies below an element. */
  below(element: PathElement): FieldSetBuilder {
    const known = this.#children.get(element.text)?.set;
    if (known instanceof FieldSetBuilder) return known;
    const set = new FieldSetBuilder();
    if (known !== undefined) for (const path of known.paths()) set.insert(path);
    this.#children.set(element.text, { element, set });
    return set;
  }

  /** Puts a finished set below an element that has nothing below it yet. */
  graft(element: PathElement, set: FieldSet): void {
    if (!set.isEmpty) this.#children.set(element.text, { element, set });
  }

  /** Makes a path a member; the empty one, the whole object, never is. */
  insert(path: Path): void {
    const [first, ...rest] = path;
    if (first === undefined) return;
    if (rest.length === 0) this.add(first);
    else this.below(first).insert(rest);
  }

  /** The finished set. The builder must not be used afterwards. */
  build(): FieldSet {
    const out = new Map<string, FieldSetEntry>();
    for (const [text, element] of this.#members) out.set(text, { element, member: true, children: undefined });
    for (const [text, { element, set }] of this.#children) {
      const children = set instanceof FieldSetBuilder ? set.build() : set;
      if (!children.isEmpty) out.set(text, { element, member: out.has(text), children });
    }
    return out.size === 0 ? FieldSet.empty : new FieldSet(out);
  }
}

function put(
  out: Map<string, FieldSetEntry>,
  element: PathElement,
  member: boolean,
  below: FieldSet | undefined,
): void {
  const children = below === undefined || below.isEmpty ? undefined : below;
  if (member || children !== undefined) out.set(element.text, { element, member, children });
}

function joinEntries(ours: FieldSetEntry, theirs: FieldSetEntry): FieldSetEntry {
  const member = ours.member || theirs.member;
  const children =
    ours.children === undefined || theirs.children === undefined
      ? (ours.children ?? theirs.children)
      : ours.children.union(theirs.children);
  if (member === ours.member && children === ours.children) return ours;
  return { element: ours.element, member, children };
}

function sameChildren(left: FieldSet | undefined, right: FieldSet | undefined): boolean {
  return left === right || (left !== undefined && right !== undefined && left.equals(right));
}
