import { RE2JS } from 're2js';
import { checkPathLength, splitPath, type Slot } from './field-spec.ts';
import { invalid } from './problem.ts';
import { noteBadValue } from './unprintable.ts';
import { isInFlow, isStyled, noteScalar, noteTagged, styleOf, tagOf } from './scalar-notes.ts';
import {
  field,
  hasNote,
  isMapping,
  noteField,
  scalarText,
  setField,
  textAt,
  type Mapping,
  type Value,
} from './value.ts';

/** Splits a field path at dots that stand outside of brackets. */
export function splitFieldPath(path: string): string[] {
  const parts = splitPath(path, '.');
  const steps: string[] = [];
  for (let at = 0; at < parts.length; at++) {
    let part = parts[at] ?? '';
    if (!part.startsWith('[') || part.endsWith(']')) {
      steps.push(part);
      continue;
    }
    while (at + 1 < parts.length) {
      at++;
      const next = parts[at] ?? '';
      part += `.${next}`;
      if (next.endsWith(']')) break;
    }
    steps.push(part.includes('=') ? part : part.replace(/^[[\]]+|[[\]]+$/g, ''));
  }
  checkPathLength(steps.length);
  return steps;
}

/** Reads the value at a plain path: fields, indexes and `[name=value]`; undefined where it leads nowhere. */
export function lookUp(root: Value, steps: readonly string[]): Value | undefined {
  let at: Value | undefined = root;
  for (const step of steps) {
    if (at === undefined || at === null) return undefined;
    if (Array.isArray(at)) {
      if (step === '-') at = at.at(-1);
      else if (isIndex(step)) at = at[Number(step)];
      else if (isListFilter(step)) {
        const [name, wanted] = splitFilter(step);
        at = at.find((item) =>
          name === '' ? scalarText(item) === wanted : isMapping(item) && scalarText(field(item, name)) === wanted,
        );
      } else return undefined;
    } else if (isMapping(at)) at = field(at, isListFilter(step) ? '' : step);
    else return undefined;
  }
  return at;
}

/** The scalar at a plain path as it was written; undefined for lists, mappings and paths that lead nowhere. */
export function lookUpText(root: Value, steps: readonly string[]): string | undefined {
  const parent = lookUp(root, steps.slice(0, -1));
  const last = steps.at(-1) ?? '';
  if (isMapping(parent) && field(parent, last) !== undefined) return textAt(parent, last);
  const value = lookUp(root, steps);
  return value === undefined ? undefined : scalarText(value);
}

/**
 * The one place at a path, made where it is missing: fields, `[name=value]` by equality, indexes and `-` for the last;
 * undefined where it goes through null or beyond the end of a list. Throws RENDER_INVALID where a step does not fit.
 */
export function lookUpOrCreate(root: Mapping, steps: readonly string[]): Slot | undefined {
  let slot: Slot = { get: () => root, set: () => undefined };
  for (const [index, step] of steps.entries()) {
    const value = slot.get();
    if (value === null) return undefined;
    const next = isMapping(value) ? fieldOf(value, step, steps[index + 1]) : elementOf(value, step);
    if (next === undefined) return undefined;
    slot = next;
  }
  return slot;
}

function fieldOf(mapping: Mapping, step: string, next: string | undefined): Slot {
  if (isIndex(step) || isListFilter(step) || step === '-' || step === '*') throw misfit(step, 'a list');
  if (field(mapping, step) === undefined) setField(mapping, step, next === undefined ? '' : fresh(next, 'scalar'));
  return { get: () => field(mapping, step) ?? null, set: (value) => setField(mapping, step, value) };
}

function elementOf(list: Value, step: string): Slot | undefined {
  if (step === '*' || !Array.isArray(list)) throw misfit(step, Array.isArray(list) ? 'one element' : 'a mapping');
  if (step === '-') return list.length === 0 ? undefined : element(list, list.length - 1);
  if (isIndex(step)) return Number(step) < list.length ? element(list, Number(step)) : undefined;
  if (!isListFilter(step)) throw misfit(step, 'a mapping');
  const [name, wanted] = splitFilter(step);
  const at = list.findIndex((item) => {
    const held = name === '' ? item : isMapping(item) ? field(item, name) : undefined;
    return held !== undefined && scalarText(held) === wanted;
  });
  if (at >= 0) return element(list, at);
  const made: Mapping = {};
  setField(made, name, wanted);
  list.push(name === '' ? wanted : made);
  return element(list, list.length - 1);
}

function misfit(step: string, needed: string) {
  return invalid(`'${step}' in the path of a field needs ${needed}`);
}

/** What a missing end of a path is made as; none leaves it missing. */
export type Created = 'none' | 'scalar' | 'mapping' | 'list';

/** All places that a path of a replacement target names; `*` and regular expressions in filters may name several. */
export function findTargets(root: Slot, steps: readonly string[], create: Created): Slot[] {
  const [step, ...rest] = steps;
  if (step === undefined) return [root];
  const value = root.get();
  if (isIndex(step)) return atIndex(root, value, Number(step), rest, create);
  if (isListFilter(step)) return atFilter(root, value, step, rest, create);
  if (step === '*') {
    return elements(value, step).flatMap((_, index) =>
      findTargets(element(value as Value[], index, root.inFlow), rest, create),
    );
  }
  if (value === null) return [];
  if (!isMapping(value)) throw invalid(`cannot look up '${step}' in a value that is no mapping`);
  const isNew = field(value, step) === undefined;
  if (isNew && create === 'none') return [];
  if (isNew) {
    const made = fresh(rest[0], create);
    setField(value, step, made);
    if (made === null) {
      noteScalar(value, step, { value: made, text: '', style: 'plain' });
      noteField(value, step, 'untyped');
    }
  }
  const slot: Slot = {
    get: () => field(value, step) ?? null,
    set: (next) => setField(value, step, next),
    text: () => textAt(value, step),
    styled: () => isStyled(value, step),
    wrote: (next, text) => noteScalar(value, step, { value: next, text, style: styleOf(value, step) }),
    unfit: (text, problem) => noteBadValue(value, step, text, problem),
    tag: () => tagOf(value, step),
    wroteTagged: (next, text, tag) => noteTagged(value, step, next, text, tag),
    isUntyped: () => hasNote(value, step, 'untyped'),
    inFlow: root.inFlow === true || isInFlow(value),
    ...(isNew ? { untyped: () => noteField(value, step, 'untyped') } : {}),
  };
  return findTargets(slot, rest, create);
}

function isIndex(step: string): boolean {
  return /^\d+$/.test(step);
}

function isListFilter(step: string): boolean {
  return step.startsWith('[') && step.endsWith(']');
}

function splitFilter(step: string): readonly [string, string] {
  const inner = step.slice(1, -1);
  const equals = inner.indexOf('=');
  if (equals < 0) throw invalid(`list path element must contain fieldName=fieldValue for element to match: ${step}`);
  return [inner.slice(0, equals), inner.slice(equals + 1)];
}

/** A scalar is made as null: what is put there is read as YAML reads it plain. */
function fresh(next: string | undefined, create: Created): Value {
  if (next === undefined) return create === 'mapping' ? {} : create === 'list' ? [] : null;
  return isIndex(next) || isListFilter(next) ? [] : {};
}

function elements(value: Value, step: string): Value[] {
  if (value === null) return [];
  if (!Array.isArray(value)) throw invalid(`'${step}' needs a list`);
  return value;
}

function element(list: Value[], index: number, inFlow = false, isNew = false): Slot {
  return {
    inFlow,
    isUntyped: () => isNew,
    get: () => list[index] ?? null,
    set: (next) => {
      list[index] = next;
    },
  };
}

function asList(slot: Slot, value: Value, step: string): Value[] {
  if (value === null || value === '') {
    const made: Value[] = [];
    slot.set(made);
    return made;
  }
  return elements(value, step);
}

function atIndex(slot: Slot, value: Value, index: number, rest: readonly string[], create: Created): Slot[] {
  const list = create === 'none' ? elements(value, String(index)) : asList(slot, value, String(index));
  const isNew = list.length === index && create !== 'none';
  if (isNew) list.push(fresh(rest[0], create));
  if (list.length <= index) throw invalid(`index ${index} specified but only ${list.length} elements found`);
  return findTargets(element(list, index, slot.inFlow, isNew), rest, create);
}

function atFilter(slot: Slot, value: Value, step: string, rest: readonly string[], create: Created): Slot[] {
  const [name, pattern] = splitFilter(step);
  const list = create === 'none' ? elements(value, step) : asList(slot, value, step);
  const matches = compile(pattern);
  const find = (): Slot[] =>
    list.flatMap((item, index) => {
      if (name === '') return matches(scalarText(item) ?? '') ? [element(list, index)] : [];
      const held = isMapping(item) ? field(item, name) : undefined;
      if (held === undefined || !matches(scalarText(held) ?? '')) return [];
      return findTargets(element(list, index, slot.inFlow), rest, create);
    });
  const found = find();
  if (found.length > 0 || create === 'none') return found;
  const made: Record<string, Value> = {};
  setField(made, name, pattern);
  list.push(name === '' ? pattern : made);
  return find();
}

function compile(pattern: string): (text: string) => boolean {
  try {
    const compiled = RE2JS.compile(pattern);
    return (text) => compiled.matcher(text).find();
  } catch (error) {
    throw invalid(`'${pattern}' is not a regular expression (RE2)`, {}, error);
  }
}
