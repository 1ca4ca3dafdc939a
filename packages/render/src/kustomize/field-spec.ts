import { beyondLimit, invalid } from './problem.ts';
import { isStyled, noteScalar, noteTagged, styleOf, unfold, type ScalarTag } from './scalar-notes.ts';
import { noteNewKey } from './unprintable.ts';
import { isSelected, splitApiVersion, type Gvk, compareGvk } from './resource-id.ts';
import {
  field,
  isMapping,
  noteField,
  setField,
  takeNote,
  textField,
  type Mapping,
  type Value,
  textAt,
  hasNote,
} from './value.ts';

/** Which field of which kinds a transformer touches. `create` makes the field where it is missing. */
export interface FieldSpec extends Gvk {
  readonly path: string;
  /** The path, split. */
  readonly steps: readonly string[];
  readonly create: boolean;
}

/** Most steps that the path of a field may have: no object that can be printed is deeper. */
const MAX_STEPS = 1_000;

/** Throws RENDER_LIMIT for a path of a field that is deeper than any object may be. */
export function checkPathLength(steps: number): void {
  if (steps > MAX_STEPS) throw beyondLimit(`the path of a field has ${steps} steps, more than ${MAX_STEPS}`);
}

/** A field spec from its parts; parts left out match anything. */
export function fieldSpec(path: string, of: Partial<Gvk> = {}, create = false): FieldSpec {
  const steps = splitPath(path, '/');
  checkPathLength(steps.length);
  return {
    group: of.group ?? '',
    version: of.version ?? '',
    kind: of.kind ?? '',
    path,
    steps,
    create,
  };
}

/** `specs` with those of `more` that are not in it. Throws RENDER_INVALID where both ask for opposite creation. */
export function mergeFieldSpecs(specs: readonly FieldSpec[], more: readonly FieldSpec[]): FieldSpec[] {
  const merged = [...specs];
  for (const spec of more) {
    const same = merged.find((known) => isSelected(known, spec) && known.path === spec.path);
    if (same === undefined) merged.push(spec);
    else if (same.create !== spec.create) throw invalid(`conflicting fieldspecs for ${spec.path}`);
  }
  return merged;
}

/** Field specs in kustomize's order. */
export function sortFieldSpecs(specs: readonly FieldSpec[]): FieldSpec[] {
  return [...specs].sort(compareGvk);
}

/** A place that holds a value, to read it and to put another there. */
export interface Slot {
  get(): Value;
  set(value: Value): void;
  /** The scalar as it was written, when the place knows; undefined for lists and mappings. */
  readonly text?: () => string | undefined;
  /** Whether a scalar that is put there becomes a text, since it stands in quotes. */
  readonly styled?: () => boolean;
  /** Makes the scalar there one that is no folded block. */
  readonly unfold?: () => void;
  /** Called with a scalar that was put there and the text that it stands for. */
  readonly wrote?: (value: Value, text: string) => void;
  /** What a text that is put there must be read as; undefined where that is for the text to say. */
  readonly tag?: () => ScalarTag | undefined;
  /** Called with what was put there for a text that is read as its tag says. */
  readonly wroteTagged?: (value: Value, text: string, tag: ScalarTag) => void;
  /** Whether the scalar there has no type of its own, since it was put where nothing was. */
  readonly isUntyped?: () => boolean;
  /** Whether the place stands within brackets. */
  readonly inFlow?: boolean;
  /** Called after a text was put there in place of a value of another type, with what is wrong with it, and that value. */
  readonly unfit?: (text: string, problem: string, typed: Value) => void;
  /** What stood there before a text that does not fit; undefined where what stands there does. */
  readonly typedAs?: () => Value | undefined;
  /** Called after a scalar was put there that has a type of its own, when the place wants to know. */
  readonly typed?: () => void;
  /** Called after a scalar was put where nothing was, when the place wants to know. */
  readonly untyped?: () => void;
}

/** What a missing leaf is made as. */
export type LeafKind = 'scalar' | 'mapping' | 'none';

/** Splits a path at `delimiter`; a backslash before it takes it literally. */
export function splitPath(path: string, delimiter: string): string[] {
  const parts: string[] = [];
  for (const part of path.split(delimiter)) {
    const last = parts.length - 1;
    const before = parts[last];
    if (before?.endsWith('\\')) parts[last] = before.slice(0, -1) + delimiter + part;
    else parts.push(part);
  }
  return parts[0] === '' && parts.length > 1 ? parts.slice(1) : parts;
}

/** Calls `visit` for each place in `object` that `spec` names, if the object is of its kind. */
export function eachField(object: Mapping, spec: FieldSpec, leaf: LeafKind, visit: (slot: Slot) => void): void {
  if (isOf(object, spec)) walk(object, 0, { spec, leaf, visit, object });
}

function isOf(object: Mapping, spec: FieldSpec): boolean {
  if (spec.kind !== '' && textField(object, 'kind') !== spec.kind) return false;
  if (spec.group === '' && spec.version === '') return true;
  return isSelected({ ...splitApiVersion(textField(object, 'apiVersion')), kind: spec.kind }, spec);
}

interface Walk {
  readonly spec: FieldSpec;
  readonly leaf: LeafKind;
  readonly visit: (slot: Slot) => void;
  readonly object: Mapping;
}

/** Goes on below `value`, at the step `at` of the path. */
function walk(value: Value, at: number, how: Walk): void {
  if (value === null) return;
  if (Array.isArray(value)) for (const item of value) walk(item, at, how);
  else if (isMapping(value)) walkField(value, at, how);
  else {
    const name = `${textField(how.object, 'kind')} ${textField(field(how.object, 'metadata'), 'name')}`;
    throw invalid(`considering field '${how.spec.path}' of object ${name}: expected sequence or mapping node`);
  }
}

function walkField(mapping: Mapping, at: number, how: Walk): void {
  const { spec, leaf } = how;
  const step = spec.steps[at] ?? '';
  const isList = step.endsWith('[]');
  const name = isList ? step.slice(0, -2) : step;
  if (name === '') throw invalid(`cannot set or create an empty field name in '${spec.path}'`);
  const creates = spec.create && leaf !== 'none' && !isList;
  const isLeaf = at === spec.steps.length - 1;
  let found = field(mapping, name);
  if (found === undefined && !creates) return;
  // A null that is to be a scalar is one of the text that it was written as.
  const isScalar = isLeaf && leaf === 'scalar' && !isList;
  if (found === undefined || (found === null && (creates || isList) && !isScalar)) {
    if (found === undefined) noteNewKey(mapping, name);
    found = isList ? [] : isLeaf && leaf === 'scalar' ? '' : {};
    setField(mapping, name, found);
    if (found === '') noteScalar(mapping, name, { value: '', text: '', style: 'plain' });
  }
  if (isLeaf) how.visit(new FieldSlot(mapping, name));
  else walk(found, at + 1, how);
}

/** A field of a mapping, as a place. */
export class FieldSlot implements Slot {
  private readonly mapping: Mapping;
  private readonly name: string;

  constructor(mapping: Mapping, name: string) {
    this.mapping = mapping;
    this.name = name;
  }

  get(): Value {
    return field(this.mapping, this.name) ?? null;
  }

  set(value: Value): void {
    setField(this.mapping, this.name, value);
  }

  text(): string | undefined {
    return textAt(this.mapping, this.name);
  }

  styled(): boolean {
    return isStyled(this.mapping, this.name);
  }

  isUntyped(): boolean {
    return hasNote(this.mapping, this.name, 'untyped');
  }

  typed(): void {
    takeNote(this.mapping, this.name);
  }

  untyped(): void {
    if (!this.styled()) noteField(this.mapping, this.name, 'untyped');
  }

  unfold(): void {
    unfold(this.mapping, this.name);
  }

  wroteTagged(value: Value, text: string, tag: ScalarTag): void {
    noteTagged(this.mapping, this.name, value, text, tag);
  }

  wrote(value: Value, text: string): void {
    noteScalar(this.mapping, this.name, { value, text, style: styleOf(this.mapping, this.name) });
  }
}
