import { ensureNamedFieldsAreMembers } from '../fieldpath/named-fields.ts';
import { filterSet, type FieldFilter } from '../fieldpath/filter.ts';
import { FieldSet } from '../fieldpath/field-set.ts';
import { valuesEqual } from '../fieldpath/value-order.ts';
import { isJsonObject, type JsonValue } from '../json-value.ts';
import { compareTyped, type Comparison } from '../typed/compare-values.ts';
import { mergeTyped } from '../typed/merge-values.ts';
import { reconcileFieldSet } from '../typed/reconcile-field-set.ts';
import { removeItems } from '../typed/remove-items.ts';
import { toFieldSet } from '../typed/to-field-set.ts';
import type { TypedValue } from '../typed/typed-value.ts';
import { conflictsOf, type Conflict } from './conflict.ts';

/** The fields that a manager owns, and in which version of the object they are written. */
export interface VersionedSet {
  readonly set: FieldSet;
  readonly apiVersion: string;
  readonly applied: boolean;
}

/** Who owns what: managers by name. */
export type Managers = ReadonlyMap<string, VersionedSet>;

/** Gives a value in another version; undefined when that version does not exist (any more). */
export type Converter = (value: TypedValue, apiVersion: string) => TypedValue | undefined;

/** What the engine runs with. What the filter of an API version holds back is never owned in that version. */
export interface UpdaterOptions {
  readonly convert: Converter;
  readonly filterFor?: (apiVersion: string) => FieldFilter | undefined;
}

/** An update as it was made. */
export interface UpdateRequest {
  readonly live: TypedValue;
  readonly updated: TypedValue;
  readonly apiVersion: string;
  readonly managers: Managers;
  readonly manager: string;
}

/** A configuration to apply. */
export interface ApplyRequest {
  readonly live: TypedValue;
  readonly config: TypedValue;
  readonly apiVersion: string;
  readonly managers: Managers;
  readonly manager: string;
  readonly force: boolean;
}

/** What applying came to. `object` is undefined when the live object is already as it would become. */
export type ApplyOutcome =
  | { readonly kind: 'applied'; readonly object: TypedValue | undefined; readonly managers: Managers }
  | { readonly kind: 'conflict'; readonly conflicts: readonly Conflict[] };

/**
 * Who owns what after an update (create, PUT, patch): the manager gains what it added or modified, the others lose it,
 * and everyone loses what was removed.
 */
export function updateManagers(request: UpdateRequest, options: UpdaterOptions): Managers {
  const { live, updated, apiVersion, manager } = request;
  const reconciled = reconcileManagers(request.managers, live, options);
  const settled = settle({ ...request, managers: reconciled, before: live, after: updated, force: true }, options);
  if (settled.kind === 'conflict') return reconciled;
  const { comparison } = settled;
  const managers = new Map(settled.managers);
  const owned = managers.get(manager)?.set ?? FieldSet.empty;
  const changed = owned.difference(comparison.removed).union(comparison.modified).union(comparison.added);
  const set = filtered(changed, apiVersion, options);
  if (set.isEmpty) managers.delete(manager);
  else managers.set(manager, { set, apiVersion, applied: false });
  return managers;
}

/**
 * The configuration applied to the live object: merged in, less what the manager applied last time and leaves out now,
 * unless someone else owns that. Where it would change what others own there are conflicts, unless forced.
 */
export function applyConfig(request: ApplyRequest, options: UpdaterOptions): ApplyOutcome {
  const { live, config, apiVersion, manager, force } = request;
  const managers = new Map(reconcileManagers(request.managers, live, options));
  const last = managers.get(manager);
  const set = filtered(toFieldSet(config), apiVersion, options);
  managers.set(manager, { set, apiVersion, applied: true });
  const merged = mergeTyped(live, config);
  const object = pruneDropped({ merged, managers, apiVersion, last, now: set }, options);
  const settled = settle({ before: live, after: object, apiVersion, managers, manager, force }, options);
  if (settled.kind === 'conflict') return settled;
  const same = sameValue(live.value, object.value);
  return { kind: 'applied', object: same ? undefined : object, managers: settled.managers };
}

function sameValue(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  return left === right || valuesEqual(left ?? null, right ?? null);
}

interface Settlement {
  readonly before: TypedValue;
  readonly after: TypedValue;
  readonly apiVersion: string;
  readonly managers: Managers;
  readonly manager: string;
  readonly force: boolean;
}

type Settled =
  | { readonly kind: 'settled'; readonly managers: Managers; readonly comparison: Comparison }
  | { readonly kind: 'conflict'; readonly conflicts: readonly Conflict[] };

// Takes from the other managers what changed under them. Each is looked at in the version in which its fields are
// written; one whose version does not exist any more is dropped.
function settle(settlement: Settlement, options: UpdaterOptions): Settled {
  const { before, after, apiVersion, manager, force } = settlement;
  const comparisons = new Map<string, Comparison | undefined>();
  const comparison = filteredComparison(compareTyped(before, after), apiVersion, options);
  comparisons.set(apiVersion, comparison);
  const managers = new Map<string, VersionedSet>();
  const conflicts: Conflict[] = [];
  for (const [name, owned] of settlement.managers) {
    if (name === manager) {
      if (!owned.set.isEmpty) managers.set(name, owned);
      continue;
    }
    if (!comparisons.has(owned.apiVersion)) {
      comparisons.set(owned.apiVersion, compareIn(owned.apiVersion, before, after, options));
    }
    const changes = comparisons.get(owned.apiVersion);
    if (changes === undefined) continue;
    const taken = owned.set.intersection(changes.modified.union(changes.added));
    if (!taken.isEmpty) conflicts.push(...conflictsOf(name, taken));
    const set = owned.set.difference(taken).difference(changes.removed);
    if (!set.isEmpty) managers.set(name, set === owned.set ? owned : { ...owned, set });
  }
  if (!force && conflicts.length > 0) return { kind: 'conflict', conflicts };
  return { kind: 'settled', managers, comparison };
}

function compareIn(
  apiVersion: string,
  before: TypedValue,
  after: TypedValue,
  options: UpdaterOptions,
): Comparison | undefined {
  const old = options.convert(before, apiVersion);
  const recent = options.convert(after, apiVersion);
  if (old === undefined || recent === undefined) return undefined;
  return filteredComparison(compareTyped(old, recent), apiVersion, options);
}

function filteredComparison(comparison: Comparison, apiVersion: string, options: UpdaterOptions): Comparison {
  if (options.filterFor?.(apiVersion) === undefined) return comparison;
  return {
    removed: filtered(comparison.removed, apiVersion, options),
    modified: filtered(comparison.modified, apiVersion, options),
    added: filtered(comparison.added, apiVersion, options),
  };
}

function filtered(set: FieldSet, apiVersion: string, options: UpdaterOptions): FieldSet {
  const filter = options.filterFor?.(apiVersion);
  return filter === undefined ? set : filterSet(set, filter);
}

function reconcileManagers(managers: Managers, live: TypedValue, options: UpdaterOptions): Managers {
  const out = new Map<string, VersionedSet>();
  const types = new Map<string, TypedValue | undefined>();
  for (const [name, owned] of managers) {
    if (!types.has(owned.apiVersion)) types.set(owned.apiVersion, options.convert(live, owned.apiVersion));
    const inVersion = types.get(owned.apiVersion);
    if (inVersion === undefined) continue;
    const set = reconcileFieldSet(owned.set, inVersion.type);
    out.set(name, set === owned.set ? owned : { ...owned, set });
  }
  return out;
}

interface Dropping {
  readonly merged: TypedValue;
  readonly managers: Managers;
  readonly apiVersion: string;
  readonly last: VersionedSet | undefined;
  readonly now: FieldSet;
}

// Removes what the manager applied last time and not this time, unless someone (an updater too) owns it.
function pruneDropped(dropping: Dropping, options: UpdaterOptions): TypedValue {
  const { merged, managers, apiVersion, last, now } = dropping;
  if (last === undefined || last.set.isEmpty) return merged;
  // Nothing that was applied is left out: nothing to prune.
  const holdsItems = isJsonObject(merged.value) && Object.keys(merged.value).length > 0;
  if (holdsItems && last.apiVersion === apiVersion && last.set.difference(now).isEmpty) return merged;
  const version = last.apiVersion;
  const inVersion = options.convert(merged, version);
  if (inVersion === undefined) return merged;
  const pruned = removeItems(inVersion, named(last.set, inVersion));
  const restored = restoreOwned(inVersion, pruned, version, managers, options);
  const kept = restoreUnapplied(inVersion, restored, last, options);
  return options.convert(kept, apiVersion) ?? kept;
}

// What someone owns comes back. The pruned version first: conversions may need fields that are missing there.
function restoreOwned(
  merged: TypedValue,
  pruned: TypedValue,
  prunedVersion: string,
  managers: Managers,
  options: UpdaterOptions,
): TypedValue {
  const owned = new Map<string, FieldSet>();
  const first = [...managers.values()].filter(({ apiVersion }) => apiVersion === prunedVersion);
  const rest = [...managers.values()].filter(({ apiVersion }) => apiVersion !== prunedVersion);
  for (const { apiVersion, set } of [...first, ...rest]) {
    owned.set(apiVersion, (owned.get(apiVersion) ?? FieldSet.empty).union(set));
  }
  let [whole, left] = [merged, pruned];
  for (const [apiVersion, set] of owned) {
    const inVersion = options.convert(whole, apiVersion);
    if (inVersion === undefined) continue;
    whole = inVersion;
    const leftInVersion = options.convert(left, apiVersion);
    if (leftInVersion === undefined) continue;
    const present = named(toFieldSet(whole), whole);
    const keep = named(toFieldSet(leftInVersion), whole).union(named(set, whole));
    left = removeItems(whole, present.difference(keep));
  }
  return left;
}

// What the manager did not apply itself last time is not its to remove.
function restoreUnapplied(
  merged: TypedValue,
  pruned: TypedValue,
  last: VersionedSet,
  options: UpdaterOptions,
): TypedValue {
  const inVersion = options.convert(pruned, last.apiVersion);
  if (inVersion === undefined) return merged;
  const left = named(toFieldSet(inVersion), merged);
  const present = named(toFieldSet(merged), merged);
  return removeItems(merged, present.difference(left).intersection(named(last.set, merged)));
}

function named(set: FieldSet, typed: TypedValue): FieldSet {
  return ensureNamedFieldsAreMembers(set, typed.type.schema, typed.type.ref);
}
