import { isCapstanError } from '@capstan/errors';
import { parse } from '@capstan/yaml';
import type { Value } from './value.ts';

/** Texts of which the first letter and the length tell that YAML reads them as what they are. */
const SURELY_TEXT = /^(?:[a-zA-Z][\w.-]{5,}|(?!\d{4}-\d|~$)[-+.\w]*[^-+.\w][^]*)$/;

/** A text as YAML reads it where it stands plain, without quotes. */
export function readPlain(text: string): Value {
  if (text === '') return null;
  if (SURELY_TEXT.test(text)) return text;
  try {
    const read = parse(text, { rules: 'v3', nonFinite: 'kept' });
    return typeof read === 'object' && read !== null ? text : read;
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    return text;
  }
}
