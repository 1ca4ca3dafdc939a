import { stringify, type YamlStyle } from '@capstan/yaml';
import { NOT_IN_YAML } from './control-characters.ts';
import type { Mapping, Value } from './value.ts';

/** How a scalar stands in the text: by itself, behind a tag, in quotes or as a literal block, or as a folded block. */
export type ScalarStyle = 'plain' | 'tagged' | 'quoted' | 'folded';

/** What a scalar is read as that its text does not tell. */
export type ScalarTag = '!!binary' | '!!int';

/** What a value does not tell of the scalar that it was read from. */
interface ScalarNote {
  /** The value to which the text belongs; once the field holds another, the text says nothing any more. */
  readonly value: Value;
  readonly text: string;
  readonly style: ScalarStyle;
  /** Whether its tag says what it would not be without: it is that in quotes, too. */
  readonly isTyped?: boolean;
  /** What it must be read as, whatever is put there: its text is base64, or a number also in quotes. */
  readonly tag?: ScalarTag;
  /** Which quotes or block it stands in, where they are not double quotes. */
  readonly quotes?: YamlStyle;
}

const notes = new WeakMap<Mapping, Map<string, ScalarNote>>();

/** Notes how the scalar in a field was written. */
export function noteScalar(mapping: Mapping, key: string, note: ScalarNote): void {
  const known = notes.get(mapping);
  if (known === undefined) notes.set(mapping, new Map([[key, note]]));
  else known.set(key, note);
}

/** Notes that the scalar in a field is read as a tag says, which it keeps when another is put there. */
export function noteTagged(mapping: Mapping, key: string, value: Value, text: string, tag: ScalarTag): void {
  noteScalar(
    mapping,
    key,
    tag === '!!binary' ? { value, text, style: 'tagged', isTyped: true, tag } : { value, text, style: 'quoted', tag },
  );
}

/** The text that a scalar in a field was written as, where its value has another. */
export function notedText(mapping: Mapping, key: string, value: Value): string | undefined {
  const note = notes.get(mapping)?.get(key);
  return note !== undefined && Object.is(note.value, value) ? note.text : undefined;
}

/** How the scalar in a field stands; what is put over it stands there in the same way, and is a text in quotes and blocks. */
export function styleOf(mapping: Mapping, key: string): ScalarStyle {
  const note = notes.get(mapping)?.get(key);
  if (note !== undefined) return note.style;
  const value = mapping[key];
  if (typeof value !== 'string' || !Object.hasOwn(mapping, key)) return 'plain';
  const printed = machineMade.get(mapping);
  const quoted = printed === 'json' || (printed === 'yaml' && standsInQuotes(value));
  return quoted ? 'quoted' : 'plain';
}

/** Whether a text is printed in quotes or as a block; what no YAML may hold is escaped within quotes. */
function standsInQuotes(text: string): boolean {
  return NOT_IN_YAML.test(text) || /^["'|>]/.test(stringify(text));
}

/** In which quotes, or as which block, the scalar in a field stands that stands in any. */
export function quotesOf(mapping: Mapping, key: string): YamlStyle {
  return notes.get(mapping)?.get(key)?.quotes ?? 'double';
}

/** Whether the scalar in a field is of the type of its tag, however it stands. */
export function isTyped(mapping: Mapping, key: string): boolean {
  return notes.get(mapping)?.get(key)?.isTyped === true;
}

/** What the scalar in a field must be read as, whatever is put there; undefined where that is for its text to say. */
export function tagOf(mapping: Mapping, key: string): ScalarTag | undefined {
  const note = notes.get(mapping)?.get(key);
  return note !== undefined && Object.is(note.value, mapping[key]) ? note.tag : undefined;
}

/** Whether the scalar in a field stands in quotes or as a block. */
export function isStyled(mapping: Mapping, key: string): boolean {
  const style = styleOf(mapping, key);
  return style === 'quoted' || style === 'folded';
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

const inBrackets = new WeakSet<object>();

/** Notes that a mapping or a list stands within brackets, or is written in them. */
export function noteFlow(value: Mapping | Value[]): void {
  inBrackets.add(value);
}

/** Lets a mapping or a list stand as another does, within brackets or not. */
export function takeFlow(from: Mapping | Value[], to: Mapping | Value[]): void {
  if (inBrackets.has(from)) inBrackets.add(to);
  else inBrackets.delete(to);
}

/** Whether a mapping or a list stands within brackets, as all of JSON does: nothing is printed there as an empty text. */
export function isInFlow(value: Mapping | Value[]): boolean {
  return inBrackets.has(value) || (!Array.isArray(value) && machineMade.get(value) === 'json');
}

/** Forgets how the scalar in a field was written, since the field is gone. */
export function forgetScalar(mapping: Mapping, key: string): void {
  notes.get(mapping)?.delete(key);
}

/** Makes the scalar in a field one that is no folded block. */
export function unfold(mapping: Mapping, key: string): void {
  if (styleOf(mapping, key) === 'folded') forgetScalar(mapping, key);
}

/** Lets a copy of a mapping have its notes too. */
export function copyScalarNotes(from: object, to: Mapping): void {
  const known = notes.get(from as Mapping);
  if (known !== undefined) notes.set(to, new Map(known));
  const printed = machineMade.get(from as Mapping);
  if (printed !== undefined) machineMade.set(to, printed);
  if (inBrackets.has(from)) inBrackets.add(to);
}

/**
 * What a text in a list does not tell: its quotes, that it was a folded block, that it is of another type, a timestamp or what
 * a tag says, or has none since it was put where nothing was.
 */
export type ItemNote = 'folded' | 'no text' | 'single' | 'double' | 'untyped';

const itemNotes = new WeakMap<object, Map<string, ItemNote>>();

/** Notes how a text in a list was written. Texts are known by what they are: lists are cut and joined. */
export function noteItem(list: Value[], text: string, note: ItemNote): void {
  const known = itemNotes.get(list);
  if (known === undefined) itemNotes.set(list, new Map([[text, note]]));
  else known.set(text, note);
}

/** What is noted of a text in a list. */
export function itemNote(list: readonly Value[], text: string): ItemNote | undefined {
  return itemNotes.get(list)?.get(text);
}

/** Forgets what is noted of the texts in a list. */
export function forgetItems(list: Value[]): void {
  itemNotes.delete(list);
}

/** Lets a copy of a list have its notes too. */
export function copyItemNotes(from: object, to: Value[]): void {
  const known = itemNotes.get(from);
  if (known !== undefined) itemNotes.set(to, new Map(known));
  if (inBrackets.has(from)) inBrackets.add(to);
}
