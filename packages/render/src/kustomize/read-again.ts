import { refold } from '@capstan/yaml';
import { isInFlow, itemNote, styleOf } from './scalar-notes.ts';
import { field, hasNote, isMapping, setField, textAt, type Mapping, type Value } from './value.ts';

/**
 * Changes values in place to what is read from what kustomize prints of them, which is not always what they were: a folded
 * block gets empty lines before lines that start with a space, and nothing within brackets is printed as an empty text.
 */
export function readAgain(value: Value, inFlow = false): void {
  if (Array.isArray(value)) {
    const flows = inFlow || isInFlow(value);
    value.forEach((item, index) => {
      if (typeof item !== 'string') readAgain(item, flows);
      else if (!flows && item.includes('\n') && itemNote(value, item) === 'folded') value[index] = refold(item);
    });
  } else if (isMapping(value)) {
    for (const key of Object.keys(value)) readFieldAgain(value, key, inFlow || isInFlow(value));
  }
}

function readFieldAgain(mapping: Mapping, key: string, inFlow: boolean): void {
  const value = field(mapping, key) ?? null;
  if (value === null) {
    if (inFlow && (hasNote(mapping, key, 'empty in flow') || hasNote(mapping, key, 'empty')))
      setField(mapping, key, '');
  } else if (typeof value !== 'string') readAgain(value, inFlow);
  else if (inFlow) {
    // A colon takes quotes there, which make a text of a timestamp.
    const text = textAt(mapping, key) ?? value;
    if (text !== value && text.includes(':') && styleOf(mapping, key) === 'plain') setField(mapping, key, text);
  } else if (value.includes('\n') && styleOf(mapping, key) === 'folded') setField(mapping, key, refold(value));
}
