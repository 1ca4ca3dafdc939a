import { forgetItems, itemNote } from './scalar-notes.ts';
import { isMapping, type Mapping, type Value } from './value.ts';
import { eachField, FieldSlot, type FieldSpec, type Slot } from './field-spec.ts';
import { lookUp, splitFieldPath } from './replacement-path.ts';
import type { VarArgs } from './kustomization.ts';
import { checkTextSize } from './growth.ts';
import { invalid } from './problem.ts';
import { effectiveNamespace, splitApiVersion, type ResourceId } from './resource-id.ts';
import type { ResourceMap } from './resource-map.ts';

/** Variables by name. */
export type Variables = Map<string, VarArgs>;

/** Adds variables and marks the resources that they are read from. Throws RENDER_INVALID for a name that is taken. */
export function addVariables(variables: Variables, more: readonly VarArgs[], map: ResourceMap): void {
  for (const variable of more) {
    const id = targetOf(variable);
    const strict = id.namespace !== '';
    const matched = map.where(
      (other) =>
        other.name === id.name &&
        other.group === id.group &&
        other.version === id.version &&
        other.kind === id.kind &&
        (!strict || effectiveNamespace(other) === id.namespace),
    );
    if (matched.length > 1) {
      throw invalid(`found ${matched.length} resId matches for var ${variable.name} (unable to disambiguate)`);
    }
    matched[0]?.varNames.push(variable.name);
  }
  mergeVariables(variables, more);
}

/** Takes over variables. Throws RENDER_INVALID for a name that is taken. */
export function mergeVariables(variables: Variables, more: Iterable<VarArgs>): void {
  for (const variable of more) {
    if (variables.has(variable.name)) throw invalid(`var '${variable.name}' already encountered`);
    variables.set(variable.name, variable);
  }
}

function targetOf({ objref }: VarArgs): ResourceId {
  const written =
    objref.apiVersion === undefined || objref.apiVersion === '' ? undefined : splitApiVersion(objref.apiVersion);
  return {
    group: written?.group ?? objref.group ?? '',
    version: written?.version ?? objref.version ?? '',
    kind: objref.kind ?? '',
    name: objref.name ?? '',
    namespace: objref.namespace ?? '',
    // It is never known to stand outside of namespaces.
    clusterScoped: false,
  };
}

/** Replaces `$(NAME)` where `specs` allow it, with values read from the resources as they are at the end. */
export function resolveVariables(map: ResourceMap, variables: Variables, specs: readonly FieldSpec[]): void {
  if (variables.size === 0) return;
  const values = new Map<string, Value>();
  for (const [name, variable] of variables) values.set(name, valueOf(map, variable));
  for (const { object } of map.list) replaceVariables(object, values, specs);
}

/** Replaces `$(NAME)` in the fields that `specs` name. Texts are put in anew: what was a folded block is none any more. */
export function replaceVariables(
  object: Mapping,
  values: ReadonlyMap<string, Value>,
  specs: readonly FieldSpec[],
): void {
  for (const spec of specs) eachField(object, spec, 'none', (slot) => replaceIn(slot, values));
}

function valueOf(map: ResourceMap, variable: VarArgs): Value {
  const path = variable.fieldref?.fieldPath;
  const source = map.list.find(({ varNames }) => varNames.includes(variable.name));
  if (source === undefined) {
    throw invalid(`var '${variable.name}' cannot be mapped to a field in the set of known resources`);
  }
  const at = lookUp(source.object, fieldSteps(path === undefined || path === '' ? 'metadata.name' : path));
  if (at === undefined) throw invalid(`field specified in var '${variable.name}' not found in corresponding resource`);
  return at;
}

/** The steps of a field path, in which an index may stand behind a name. */
function fieldSteps(path: string): string[] {
  return splitFieldPath(path).flatMap((part) => {
    const match = /^(.*)\[(\d+)\]$/s.exec(part);
    if (match === null) return [part];
    const [, name = '', index = ''] = match;
    return name === '' ? [index] : [name, index];
  });
}

function replaceIn(slot: Slot, values: ReadonlyMap<string, Value>): void {
  const value = slot.get();
  if (Array.isArray(value)) replaceInList(value, values);
  else if (isMapping(value)) for (const key of Object.keys(value)) replaceInScalar(new FieldSlot(value, key), values);
  else replaceInScalar(slot, values);
}

function replaceInScalar(slot: Slot, values: ReadonlyMap<string, Value>): void {
  const value = slot.get();
  const text = typeof value !== 'string' && slot.isUntyped?.() === true ? slot.text?.() : value;
  if (typeof text !== 'string') return;
  slot.set(expand(text, values));
  slot.unfold?.();
  slot.typed?.();
}

function replaceInList(list: Value[], values: ReadonlyMap<string, Value>): void {
  list.forEach((item, index) => {
    if (typeof item !== 'string' || itemNote(list, item) === 'no text')
      throw invalid('a variable can only be replaced in a list of strings');
    list[index] = expand(item, values);
  });
  forgetItems(list);
}

/** Replaces `$(NAME)`; `$$` is one `$`. A text that is a reference and nothing else takes the value with its type. */
export function expand(text: string, values: ReadonlyMap<string, Value>): Value {
  let result = '';
  for (let at = 0; at < text.length; at++) {
    const next = text[at + 1];
    if (text[at] !== '$' || next === undefined) {
      result += text[at] ?? '';
      continue;
    }
    const close = next === '(' ? text.indexOf(')', at + 2) : -1;
    if (close < 0) {
      result += next === '$' ? '$' : `$${next}`;
      at++;
      continue;
    }
    const name = text.slice(at + 2, close);
    const value = values.get(name);
    const usable = value !== undefined && value !== null && typeof value !== 'object';
    if (usable && text === `$(${name})`) return value;
    result += usable ? String(value) : `$(${name})`;
    checkTextSize(result.length, 'a variable');
    at = close;
  }
  return result;
}
