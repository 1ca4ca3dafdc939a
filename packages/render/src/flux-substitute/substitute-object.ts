import { isCapstanError } from '@capstan/errors';
import { getPath, isJsonObject, parseObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import { parse, stringify } from '@capstan/yaml';
import { evaluateSubstitutions, type EvaluateOptions } from './evaluate.ts';
import { problem } from './problem.ts';

/** The label or annotation by which an object is left as it is. */
export const SUBSTITUTE_MARK = 'kustomize.toolkit.fluxcd.io/substitute';

const NAME = '^[_[:alpha:]][_[:alpha:][:digit:]]*$';

/** Whether an object's label or annotation says that nothing of it is to be replaced; the case counts. */
export function isSubstitutionDisabled(object: KubernetesObject): boolean {
  return ['labels', 'annotations'].some((holder) => getPath(object.metadata, holder, SUBSTITUTE_MARK) === 'disabled');
}

/** Throws RENDER_INVALID for the first name that no variable may have. */
export function checkVariableNames(names: Iterable<string>): void {
  for (const name of names)
    if (!/^[_A-Za-z][_A-Za-z0-9]*$/.test(name))
      throw problem(`variable substitution failed: '${name}' var name is invalid, must match '${NAME}'`);
}

/**
 * An object with the expressions in its YAML replaced, and that YAML read again: a value turns into whatever type its
 * letters have there. An object without a dollar sign is given back as it is. Throws RENDER_INVALID, RENDER_LIMIT; no
 * message holds a value.
 */
export function substituteInObject(object: KubernetesObject, options: EvaluateOptions): KubernetesObject {
  if (!holdsDollar(object)) return object;
  const text = evaluateSubstitutions(stringify(object), options);
  return read(text);
}

function read(text: string): KubernetesObject {
  let value: JsonValue;
  try {
    value = parse(text, { rules: 'v2', documents: 'first' });
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    // The error's own words may quote the text, and the text holds values.
    const line = error.data['line'];
    throw problem(`YAMLToJSON: the result is no YAML${typeof line === 'number' ? `, from line ${line} on` : ''}`);
  }
  try {
    return parseObject(value, 'the result');
  } catch (error) {
    if (!isCapstanError(error, 'OBJECT_INVALID')) throw error;
    throw problem(`UnmarshalJSON: ${error.message}`);
  }
}

/** Whether a text of a value, or a key, has a dollar sign. */
function holdsDollar(value: JsonValue): boolean {
  if (typeof value === 'string') return value.includes('$');
  if (Array.isArray(value)) return (value as readonly JsonValue[]).some(holdsDollar);
  if (!isJsonObject(value)) return false;
  return Object.entries(value).some(([key, member]) => key.includes('$') || holdsDollar(member));
}
