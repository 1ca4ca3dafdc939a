import { implicitTag } from '@capstan/yaml';
import { invalid } from './problem.ts';
import type { Mapping, Value } from './value.ts';

/** Whether anything without a JSON form has been read: as long as not, results need not be searched for it. */
let anyRead = false;

/** Notes that a number has been read which has no JSON form; kustomize minds it only where it is printed. */
export function noteNonFinite(value: number): void {
  if (!Number.isFinite(value)) anyRead = true;
}

/** What is wrong with a key of a mapping. */
interface BadKey {
  readonly problem: string;
  /** Of a key that stands twice: makes a mapping that has the key with what it holds next. */
  readonly next?: () => Mapping;
}

const badKeys = new WeakMap<object, Map<string, BadKey>>();

/** Notes what is wrong with a key of a mapping: no text, or there twice. Kustomize minds it only where it is printed. */
export function noteBadKey(mapping: Mapping, key: string, problem: string, next?: () => Mapping): void {
  anyRead = true;
  const bad: BadKey = next === undefined ? { problem } : { problem, next };
  const known = badKeys.get(mapping);
  if (known === undefined) badKeys.set(mapping, new Map([[key, bad]]));
  else known.set(key, bad);
}

/** Notes of a key that was put into a mapping what it reads as, where that is no text: kustomize puts keys in without quotes. */
export function noteNewKey(mapping: Mapping, key: string): void {
  const tag = implicitTag(key);
  if (tag !== '!!str')
    noteBadKey(
      mapping,
      key,
      `keys must be strings, but "${key}" reads as ${tag.slice(2)} where it is put in without quotes; take another name`,
    );
}

/** Lets a copy of a mapping have its notes too. */
export function copyBadKeys(from: object, to: Mapping): void {
  const known = anyRead ? badKeys.get(from) : undefined;
  if (known !== undefined) badKeys.set(to, new Map(known));
}

/** Notes what is noted of a key where it goes to another mapping: there it stands once. */
export function takeBadKey(from: Mapping, to: Mapping, key: string): void {
  const problem = anyRead ? badKeys.get(from)?.get(key)?.problem : undefined;
  if (problem !== undefined && !problem.startsWith(TWICE)) noteBadKey(to, key, problem);
}

/**
 * A mapping that has a key which stands twice with what it holds the second time; undefined where it stands once, as it does
 * from then on.
 */
export function takeTwice(mapping: Mapping, key: string): Mapping | undefined {
  const known = anyRead ? badKeys.get(mapping) : undefined;
  const next = known?.get(key)?.next;
  if (next === undefined) return undefined;
  known?.delete(key);
  return next();
}

/** What is wrong with a value, and a value of the type that it should be of. */
interface BadValue {
  readonly value: Value;
  readonly problem: string;
  readonly typed: Value;
}

const badValues = new WeakMap<object, Map<string, BadValue>>();

/** Notes what is wrong with the value of a key, as long as it is this one, and a value of the type that the key is for. */
export function noteBadValue(mapping: Mapping, key: string, bad: BadValue): void {
  anyRead = true;
  const known = badValues.get(mapping) ?? new Map<string, BadValue>();
  badValues.set(mapping, known.set(key, bad));
}

/** A value of the type that a key is for which holds another; undefined where nothing is wrong with it. */
export function typedBefore(mapping: Mapping, key: string, value: Value): Value | undefined {
  const bad = badValues.get(mapping)?.get(key);
  return bad !== undefined && Object.is(bad.value, value) ? bad.typed : undefined;
}

/** How what is said of a key begins that stands twice. */
export const TWICE = 'mapping key';

/** What is to be printed, and where it came from. */
interface Printed {
  readonly object: Mapping;
  readonly kind: string;
  readonly name: string;
  readonly place: { readonly path: string; readonly line?: number };
}

/** Throws RENDER_INVALID where an object holds what has no JSON form: a number that is not finite, a key that is no text. */
export function refuseUnprintable(resources: readonly Printed[]): void {
  if (!anyRead) return;
  for (const { object, place, kind, name } of resources) {
    const found = unprintableIn(object);
    if (found === undefined) continue;
    const { line } = place;
    const path = found.path.join('.');
    throw invalid(`${place.path}${line === undefined ? '' : `:${line}`}: ${path} of ${kind} ${name} ${found.problem}`, {
      path: place.path,
      field: path,
      ...(line === undefined ? {} : { line }),
    });
  }
}

interface Unprintable {
  readonly path: readonly string[];
  readonly problem: string;
}

function unprintableIn(value: Value): Unprintable | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : { path: [], problem: NOT_FINITE };
  if (typeof value !== 'object' || value === null) return undefined;
  const bad = badKeys.get(value);
  const values = badValues.get(value);
  const merges = bad?.get(MERGE)?.problem;
  if (merges !== undefined) return { path: [MERGE], problem: merges };
  for (const [key, item] of Object.entries(value)) {
    const problem = bad?.get(key)?.problem;
    if (problem !== undefined) return { path: [key], problem: `is not as it may be: ${problem}` };
    const held = values?.get(key);
    if (held !== undefined && held.value === item) return { path: [key], problem: held.problem };
    const below = unprintableIn(item);
    if (below !== undefined) return { ...below, path: [key, ...below.path] };
  }
  return undefined;
}

/** The merge key: no key of a value. */
const MERGE = '<<';
const NOT_FINITE = 'is no finite number and has no JSON form; quote it or give a finite number';
