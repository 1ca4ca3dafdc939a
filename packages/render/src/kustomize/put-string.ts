import { isCapstanError } from '@capstan/errors';
import { parse } from '@capstan/yaml';
import { noteScalar } from './scalar-notes.ts';
import { setField, type Mapping } from './value.ts';

/** Words of which YAML 1.1 has no reading of its own: reading all would cost more than what is done with them. */
const SURELY_TEXT = /^(?!(?:y|n|yes|no|on|off|true|false|null)$)[a-z][\w./-]*$/i;

/**
 * Puts a text where nothing is. As in kustomize it stands in quotes where YAML 1.1 would read something else, and as a block
 * where it has several lines: what takes its place later becomes a text, too.
 */
export function putString(mapping: Mapping, key: string, text: string): void {
  setField(mapping, key, text);
  if (text.includes('\n')) noteScalar(mapping, key, { value: text, text, style: 'quoted', quotes: 'literal' });
  else noteQuotes(mapping, key, text);
}

/** Notes that a text which was put where nothing was stands in quotes, if it does: where YAML 1.1 would read something else. */
export function noteQuotes(mapping: Mapping, key: string, text: string): void {
  if (readsOtherwise(text)) noteScalar(mapping, key, { value: text, text, style: 'quoted' });
}

function readsOtherwise(text: string): boolean {
  if (text === '' || text.includes('\n') || SURELY_TEXT.test(text)) return false;
  try {
    return typeof parse(text, { rules: 'v2', nonFinite: 'kept' }) !== 'string';
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    return false;
  }
}
