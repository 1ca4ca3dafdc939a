import { FieldSet, type FieldSetEntry } from './field-set.ts';
import { fieldElement, type PathElement } from './path-element.ts';

/** Which paths of a set to keep: all but those at or below `exclude`, or only those that a pattern matches. */
export type FieldFilter =
  | { readonly kind: 'exclude'; readonly exclude: FieldSet }
  | { readonly kind: 'include'; readonly patterns: readonly PathPattern[] };

/** A path prefix to match: names, elements, or `*` in an object's own right for any element. */
export type PathPattern = readonly (string | PathElement | typeof anyElement)[];

/** The step of a pattern that every element matches. */
export const anyElement: unique symbol = Symbol('any path element');

/** The paths of `set` that a filter lets through. An include filter without patterns lets everything through. */
export function filterSet(set: FieldSet, filter: FieldFilter): FieldSet {
  if (filter.kind === 'exclude') return set.recursiveDifference(filter.exclude);
  return filter.patterns.length === 0 ? set : include(set, filter.patterns);
}

// At each level the wildcard patterns rule, and named ones are considered only where there is none, as upstream.
function include(set: FieldSet, patterns: readonly PathPattern[]): FieldSet {
  if (patterns.some((pattern) => pattern.length === 0)) return set;
  const wild = patterns.filter((pattern) => pattern[0] === anyElement);
  const out = new Map<string, FieldSetEntry>();
  for (const { element, member, children } of set.entries()) {
    const matching = wild.length > 0 ? wild : patterns.filter((pattern) => stepMatches(pattern[0], element));
    if (matching.length === 0) continue;
    const below =
      children &&
      include(
        children,
        matching.map((pattern) => pattern.slice(1)),
      );
    const kept = below === undefined || below.isEmpty ? undefined : below;
    if (member || kept !== undefined) out.set(element.text, { element, member, children: kept });
  }
  return new FieldSet(out);
}

function stepMatches(step: PathPattern[number] | undefined, element: PathElement): boolean {
  if (typeof step === 'string') return fieldElement(step).text === element.text;
  return typeof step === 'object' && step.text === element.text;
}
