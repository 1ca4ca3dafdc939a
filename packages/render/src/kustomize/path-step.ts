import { RE2JS } from 're2js';
import { invalid } from './problem.ts';

/** What a missing end of a path is made as; none leaves it missing. */
export type Created = 'none' | 'scalar' | 'mapping' | 'list';

/** Whether a step of a path is the place of an element in a list. */
export function isIndex(step: string): boolean {
  return /^\d+$/.test(step);
}

/** Whether a step of a path picks elements of a list by a field, or by what they are: `[name=value]`, `[=value]`. */
export function isListFilter(step: string): boolean {
  return step.startsWith('[') && step.endsWith(']');
}

/** The field's name, which may be empty, and the value of a filter. Throws RENDER_INVALID where there is no `=`. */
export function splitFilter(step: string): readonly [string, string] {
  const inner = step.slice(1, -1);
  const equals = inner.indexOf('=');
  if (equals < 0) throw invalid(`list path element must contain fieldName=fieldValue for element to match: ${step}`);
  return [inner.slice(0, equals), inner.slice(equals + 1)];
}

/** The value of a filter as a pattern that is sought anywhere in a text (RE2). Throws RENDER_INVALID where it is none. */
export function compilePattern(pattern: string): (text: string) => boolean {
  try {
    const compiled = RE2JS.compile(pattern);
    return (text) => compiled.matcher(text).find();
  } catch (error) {
    throw invalid(`'${pattern}' is not a regular expression (RE2)`, {}, error);
  }
}
