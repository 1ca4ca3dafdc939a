import { splitPath } from '../field-spec.ts';
import { invalid } from '../problem.ts';
import type { ResourceMap } from '../resource-map.ts';
import { lookUpOrCreate } from '../replacement-path.ts';
import { selectResources, type Selector } from '../selector.ts';
import { scalarText, type Mapping } from '../value.ts';
import { setNamespaceOf } from './namespace.ts';

/** Where the ValueAddTransformer puts its value. */
export interface ValueAddTarget {
  readonly selector?: Selector;
  readonly fieldPath: string;
  /** From 1: the part of a file path before which the value is put; 0 replaces the whole. */
  readonly filePathPosition: number;
}

/** A target as it is written. */
export interface WrittenValueAddTarget {
  readonly selector?: Selector;
  readonly fieldPath?: string;
  readonly filePathPosition?: number | bigint;
}

/** The targets of a ValueAddTransformer as they are written. Throws RENDER_INVALID for a path or position that is none. */
export function readValueAddTargets(written: readonly WrittenValueAddTarget[]): ValueAddTarget[] {
  return written.map(({ selector, fieldPath = '', filePathPosition = 0 }) => {
    if (fieldPath === '') throw invalid('fieldPath cannot be empty');
    if (filePathPosition < 0) throw invalid(`value of FilePathPosition (${filePathPosition}) cannot be negative`);
    const target = { fieldPath, filePathPosition: Number(filePathPosition) };
    return selector === undefined ? target : { selector, ...target };
  });
}

/** Puts one value into the fields that targets name, as the ValueAddTransformer does. */
export function addValue(map: ResourceMap, value: string, targets: readonly ValueAddTarget[]): void {
  for (const target of targets) {
    const selected = target.selector === undefined ? map.list : selectResources(map.list, target.selector);
    for (const resource of selected) {
      if (target.fieldPath === 'metadata/namespace') setNamespaceOf(resource, { namespace: value, fieldSpecs: [] });
      else addValueTo(resource.object, value, target);
    }
  }
}

/**
 * Puts a value into one field, which is made where it is missing; elements of lists are named by `[name=value]`, an index
 * or `-`. A path that goes through null or beyond the end of a list leads nowhere. Throws RENDER_INVALID for a field that
 * holds no scalar, and where the path does not fit.
 */
export function addValueTo(object: Mapping, value: string, { fieldPath, filePathPosition }: ValueAddTarget): void {
  const slot = lookUpOrCreate(
    object,
    splitPath(fieldPath, '/').filter((step) => step !== ''),
  );
  if (slot === undefined) return;
  const old = slot.text?.() ?? scalarText(slot.get());
  if (old === undefined) throw invalid(`the field '${fieldPath}' holds no scalar`);
  slot.set(filePathPosition > 0 ? insertPathPart(old, filePathPosition - 1, value) : value);
}

/** A file path with one more part at a position; behind all where it has fewer parts. A leading slash stays. */
export function insertPathPart(path: string, position: number, part: string): string {
  const root = path.startsWith('/') ? '/' : '';
  const parts = path.split('/').filter((step) => step !== '' && step !== '.');
  parts.splice(Math.min(position, parts.length), 0, part);
  return root + parts.join('/');
}
