import { stringify } from '@capstan/yaml';
import type { Mapping, Value } from './value.ts';

/** What a value does not tell of the scalar that it was read from. */
interface ScalarNote {
  /** The value to which the text belongs; once the field holds another, the text says nothing any more. */
  readonly value: Value;
  readonly text: string;
  /** Whether it stood in quotes or as a block: what is put over it becomes a text. */
  readonly styled: boolean;
}

const notes = new WeakMap<Mapping, Map<string, ScalarNote>>();

/** Notes how the scalar in a field was written. */
export function noteScalar(mapping: Mapping, key: string, note: ScalarNote): void {
  const known = notes.get(mapping);
  if (known === undefined) notes.set(mapping, new Map([[key, note]]));
  else known.set(key, note);
}

/** The text that a scalar in a field was written as, where its value has another. */
export function notedText(mapping: Mapping, key: string, value: Value): string | undefined {
  const note = notes.get(mapping)?.get(key);
  return note !== undefined && Object.is(note.value, value) ? note.text : undefined;
}

/** Whether the scalar in a field stands in quotes or as a block. */
export function isStyled(mapping: Mapping, key: string): boolean {
  const note = notes.get(mapping)?.get(key);
  if (note !== undefined) return note.styled;
  const value = mapping[key];
  if (typeof value !== 'string' || !Object.hasOwn(mapping, key)) return false;
  const printed = machineMade.get(mapping);
  return printed === 'json' || (printed === 'yaml' && /^["'|>]/.test(stringify(value)));
}

/** Mappings that kustomize has printed and read again: as JSON all texts stand in quotes, as YAML those that must. */
const machineMade = new WeakMap<Mapping, 'json' | 'yaml'>();

/** Notes that kustomize has printed a mapping and read it again. */
export function notePrinted(mapping: Mapping, as: 'json' | 'yaml'): void {
  machineMade.set(mapping, as);
}

/** As what kustomize has printed a mapping and read it again; undefined where it has not. */
export function printedAs(mapping: Mapping): 'json' | 'yaml' | undefined {
  return machineMade.get(mapping);
}

/** Forgets how the scalar in a field was written, since the field is gone. */
export function forgetScalar(mapping: Mapping, key: string): void {
  notes.get(mapping)?.delete(key);
}

/** Lets a copy of a mapping have its notes too. */
export function copyScalarNotes(from: object, to: Mapping): void {
  const known = notes.get(from as Mapping);
  if (known !== undefined) notes.set(to, new Map(known));
  const printed = machineMade.get(from as Mapping);
  if (printed !== undefined) machineMade.set(to, printed);
}
