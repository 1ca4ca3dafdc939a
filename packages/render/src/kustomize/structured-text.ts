import { encodeJson } from '@capstan/object';
import { isCapstanError } from '@capstan/errors';
import { parse, stringify } from '@capstan/yaml';
import { unsupported } from './problem.ts';
import { findTargets, lookUp, type Created } from './replacement-path.ts';
import { isMapping, scalarText, setField, thaw, type Mapping, type Value } from './value.ts';

/** A text put where another type stood, or nothing: read as YAML reads it plain, as long as it fits. */
export function parsePlainValue(text: string, old: Value): Value {
  const read = plain(text);
  if (old === null) return read;
  const fits = typeof read === typeof old || (isNumber(read) && isNumber(old));
  return fits ? read : text;
}

function plain(text: string): Value {
  // Only what is one plain scalar: other texts would be printed in quotes.
  if (!/^[-+.\w]+$/.test(text)) return text;
  try {
    const read = thaw(parse(text, { rules: 'v3' }));
    return typeof read === 'object' && read !== null ? text : read;
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    return text;
  }
}

function isNumber(value: Value): boolean {
  return typeof value === 'number' || typeof value === 'bigint';
}

/**
 * Replaces a value inside of YAML or JSON that a field holds as text. False where the path does not lead into a text, or
 * names nothing in it. Comments are not kept by our printer yet, so a text that has some is refused by name.
 */
export function replaceInText(object: Mapping, steps: readonly string[], value: Value, create: Created): boolean {
  for (let length = 1; length < steps.length; length++) {
    const held = lookUp(object, steps.slice(0, length));
    if (held === undefined) return false;
    const text = typeof held === 'object' ? undefined : scalarText(held);
    if (text === undefined) continue;
    const parsed = parseText(text);
    if (parsed === undefined) return false;
    const slots = targetsIn(parsed, steps.slice(length), create);
    if (slots.length === 0) return false;
    for (const slot of slots) {
      const old = slot.get();
      const next = scalarText(value);
      if (typeof old === 'object' || next === undefined) slot.set(thaw(value));
      else slot.set(typeof old === 'string' ? next : parsePlainValue(next, old));
    }
    setAt(object, steps.slice(0, length), print(parsed, text));
    return true;
  }
  return false;
}

function parseText(text: string): Mapping | Value[] | undefined {
  try {
    const parsed = thaw(parse(text, { rules: 'v3' }));
    return isMapping(parsed) || Array.isArray(parsed) ? parsed : undefined;
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    return undefined;
  }
}

function targetsIn(parsed: Mapping | Value[], steps: readonly string[], create: Created) {
  try {
    return findTargets({ get: () => parsed, set: () => undefined }, steps, create);
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    return [];
  }
}

function print(parsed: Value, original: string): string {
  const first = original.trimStart()[0];
  if (first === '{' || first === '[') {
    const pretty = original.includes('\n') && original.includes('  ');
    return encodeJson(parsed, pretty ? { indent: '  ' } : {});
  }
  if (/(^|\s)#/.test(original)) throw unsupported('a replacement inside of YAML text with comments', 'replacements');
  return stringify(parsed).trim();
}

function setAt(object: Mapping, steps: readonly string[], text: string): void {
  const parent = lookUp(object, steps.slice(0, -1));
  const last = steps.at(-1) ?? '';
  if (isMapping(parent)) setField(parent, last, text);
  else if (Array.isArray(parent)) parent[Number(last)] = text;
}
