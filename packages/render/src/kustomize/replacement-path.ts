import { isCapstanError } from '@capstan/errors';
import { makeNode, nodeValue, type YamlNode } from '@capstan/yaml';
import { checkPathLength, splitPath, type Slot } from './field-spec.ts';
import { compilePattern, isIndex, isListFilter, splitFilter, type Created } from './path-step.ts';
import { readPlain } from './plain-text.ts';
import { invalid } from './problem.ts';
import { beyondEnd, findInText, findNodes, printed } from './text-tree.ts';
import { noteBadValue, noteNewKey, typedBefore } from './unprintable.ts';
import { isInFlow, isStyled, itemNote, noteItem, noteScalar, noteTagged, styleOf, tagOf } from './scalar-notes.ts';
import {
  field,
  hasNote,
  isMapping,
  noteField,
  scalarText,
  setField,
  textAt,
  thaw,
  type Mapping,
  type Value,
} from './value.ts';
import { fieldNode, itemNode } from './written-node.ts';

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
          name === '' ? scalarText(item) === wanted : isMapping(item) && textAt(item, name) === wanted,
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
  if (field(mapping, step) === undefined) {
    setField(mapping, step, next === undefined ? '' : fresh(next, 'scalar'));
    noteNewKey(mapping, step);
  }
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

/**
 * All places that a path of a replacement target names; `*` and regular expressions in filters may name several. What
 * stands in the text of a scalar, or would be made below a null, is found, but what is put there is lost, as in kustomize.
 */
export function findTargets(root: Slot, steps: readonly string[], create: Created): Slot[] {
  const [step, ...rest] = steps;
  if (step === undefined) return [root];
  const value = root.get();
  if (value === null) return belowNull(steps, create);
  if (isIndex(step)) return atIndex(root, value, Number(step), rest, create);
  if (isListFilter(step)) return atFilter(root, value, step, rest, create);
  if (step === '*') {
    return elements(value, step).flatMap((_, index) =>
      findTargets(element(value as Value[], index, root.inFlow), rest, create),
    );
  }
  if (!isMapping(value)) throw invalid(`cannot look up '${step}' in a value that is no mapping`);
  const isNew = field(value, step) === undefined;
  if (isNew && create === 'none') return [];
  if (isNew) {
    const made = fresh(rest[0], create);
    setField(value, step, made);
    noteNewKey(value, step);
    if (made === null) {
      noteScalar(value, step, { value: made, text: '', style: 'plain' });
      noteField(value, step, 'untyped');
    }
  }
  const text = rest.length > 0 ? scalarAt(value, step) : undefined;
  if (text !== undefined) return findInText(text, rest, create).map(lostSlot);
  return findTargets(fieldSlot(value, step, { isNew, inFlow: root.inFlow === true }), rest, create);
}

function fieldSlot(value: Mapping, step: string, { isNew, inFlow }: { isNew: boolean; inFlow: boolean }): Slot {
  return {
    get: () => field(value, step) ?? null,
    set: (next) => setField(value, step, next),
    text: () => textAt(value, step),
    styled: () => isStyled(value, step),
    wrote: (next, text) => noteScalar(value, step, { value: next, text, style: styleOf(value, step) }),
    unfit: (text, problem, typed) => noteBadValue(value, step, { value: text, problem, typed }),
    typedAs: () => typedBefore(value, step, field(value, step) ?? null),
    tag: () => tagOf(value, step),
    wroteTagged: (next, text, tag) => noteTagged(value, step, next, text, tag),
    isUntyped: () => hasNote(value, step, 'untyped'),
    inFlow: inFlow || isInFlow(value),
    ...(isNew ? { untyped: () => noteField(value, step, 'untyped') } : {}),
  };
}

/** The text of the scalar in a field, of a null too; undefined for lists and mappings. */
export function scalarAt(mapping: Mapping, key: string): string | undefined {
  const value = field(mapping, key);
  if (value === undefined || (typeof value === 'object' && value !== null)) return undefined;
  const text = textAt(mapping, key) ?? '';
  // A null that was never written has been made by a patch, which prints it.
  const wasWritten = ['empty', 'empty in flow', 'tagged', 'untyped'] as const;
  return value === null && text === '' && !wasWritten.some((note) => hasNote(mapping, key, note)) ? 'null' : text;
}

function belowNull(steps: readonly string[], create: Created): Slot[] {
  return findNodes({ ...makeNode('scalar', 0, 0), tag: '!!null' }, steps, create).map(lostSlot);
}

/** A place in a tree that is not the object's own. */
function lostSlot(node: YamlNode): Slot {
  return { get: () => valueOf(node), set: () => undefined, unfit: () => undefined };
}

/** What a node holds; its text where that is not what its tag says. */
function valueOf(node: YamlNode): Value {
  try {
    return thaw(nodeValue(node, { rules: 'v3', nonFinite: 'kept' }));
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    return node.value;
  }
}

/** A scalar is made as null: what is put there is read as YAML reads it plain. */
function fresh(next: string | undefined, create: Created): Value {
  if (next === undefined) return create === 'mapping' ? {} : create === 'list' ? [] : null;
  return isIndex(next) || isListFilter(next) ? [] : {};
}

function elements(value: Value, step: string): Value[] {
  if (!Array.isArray(value)) throw invalid(`'${step}' needs a list`);
  return value;
}

function element(list: Value[], index: number, inFlow = false, isNew = false): Slot {
  const textOf = () => scalarText(list[index]) ?? '';
  const isUntyped = isNew || itemNote(list, textOf()) === 'untyped';
  return {
    inFlow,
    isUntyped: () => isUntyped,
    get: () => list[index] ?? null,
    set: (next) => {
      list[index] = next;
    },
    ...(isUntyped ? { untyped: () => noteItem(list, textOf(), 'untyped') } : {}),
  };
}

function atIndex(slot: Slot, value: Value, index: number, rest: readonly string[], create: Created): Slot[] {
  const list = elements(value, String(index));
  const isNew = list.length === index && create !== 'none';
  if (isNew) list.push(fresh(rest[0], create));
  if (list.length <= index) throw beyondEnd(index, list.length);
  return findTargets(element(list, index, slot.inFlow, isNew), rest, create);
}

function atFilter(slot: Slot, value: Value, step: string, rest: readonly string[], create: Created): Slot[] {
  const [name, pattern] = splitFilter(step);
  const list = elements(value, step);
  const matches = compilePattern(pattern);
  const find = (made?: number): Slot[] =>
    list.flatMap((item, index) => {
      if (name === '')
        return matches(printed(itemNode(list, item))) ? [element(list, index, slot.inFlow, index === made)] : [];
      if (!isMapping(item) || field(item, name) === undefined || !matches(printed(fieldNode(item, name)))) return [];
      return findTargets(element(list, index, slot.inFlow), rest, create);
    });
  const found = find();
  if (found.length > 0 || create === 'none') return found;
  list.push(name === '' ? readPlain(pattern) : mappingOf(name, pattern, slot.inFlow === true));
  return find(list.length - 1);
}

/** A mapping of one field, whose value has no type but what its text reads as; nothing is an empty text within brackets. */
function mappingOf(name: string, text: string, inFlow: boolean): Mapping {
  const made: Mapping = {};
  const value = text === '' && inFlow ? '' : readPlain(text);
  setField(made, name, value);
  if (value !== text) noteScalar(made, name, { value, text, style: 'plain' });
  noteField(made, name, 'untyped');
  return made;
}
