import { getKey, isJsonObject, type JsonObject, type KubernetesObject } from '@capstan/object';
import { badRequest } from './api-status-error.ts';
import type { Resource } from './resource.ts';

/** Whether an object is selected. */
export type Matcher = (object: KubernetesObject) => boolean;

interface LabelTerm {
  readonly key: string;
  readonly operator: 'exists' | 'absent' | 'in' | 'notIn' | 'greater' | 'less';
  readonly values: readonly string[];
}

/**
 * A matcher for a label selector, `a=b,c!=d,e in (x,y),f notin (z),g,!h,i>3`; undefined for an empty one.
 * @throws ApiStatusError 400
 */
export function labelMatcher(selector: string | undefined): Matcher | undefined {
  if (selector === undefined || selector.trim() === '') return undefined;
  const terms = splitTerms(selector).map((term) => parseLabelTerm(term, selector));
  return (object) => {
    const labels = getKey(object.metadata, 'labels');
    return terms.every((term) => matches(term, isJsonObject(labels) ? labels : {}));
  };
}

/**
 * A matcher for a field selector, `a=b,c!=d`; undefined for an empty one.
 * @throws ApiStatusError 400, also for a field that the kind cannot be selected by
 */
export function fieldMatcher(selector: string | undefined, resource: Resource): Matcher | undefined {
  if (selector === undefined || selector.trim() === '') return undefined;
  const terms = selector
    .split(',')
    .filter((term) => term.trim() !== '')
    .map((term) => parseFieldTerm(term, selector, resource));
  return (object) =>
    terms.every(({ field, value, equal }) => (fieldValue(object, field, resource) === value) === equal);
}

/** The only name that a field selector can match, when it fixes one. */
export function selectedName(selector: string | undefined): string | undefined {
  return /^metadata\.name==?([^,=!]+)$/.exec(selector ?? '')?.[1];
}

function fieldValue(object: KubernetesObject, field: string, resource: Resource): string {
  if (field === 'metadata.name' || field === 'metadata.namespace') {
    const value = getKey(object.metadata, field.slice('metadata.'.length));
    return typeof value === 'string' ? value : '';
  }
  return resource.selectableField(object, field) ?? '';
}

function parseFieldTerm(term: string, selector: string, resource: Resource) {
  const [, field = '', operator = '', value = ''] = /^\s*([^=!]+?)(==|!=|=)(.*)$/s.exec(term) ?? [];
  if (operator === '') throw badRequest(`invalid selector: '${selector}'; can't understand '${term}'`);
  const known =
    field === 'metadata.name' || field === 'metadata.namespace' || resource.selectableFields.includes(field);
  if (!known) {
    throw badRequest(
      resource.custom || resource.selectableFields.length > 0
        ? `field label not supported: ${field}`
        : `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
    );
  }
  return { field, value: value.trim(), equal: operator !== '!=' };
}

function matches(term: LabelTerm, labels: JsonObject): boolean {
  const label = getKey(labels, term.key);
  const value = typeof label === 'string' ? label : undefined;
  switch (term.operator) {
    case 'exists':
      return value !== undefined;
    case 'absent':
      return value === undefined;
    case 'in':
      return value !== undefined && term.values.includes(value);
    case 'notIn':
      return value === undefined || !term.values.includes(value);
    case 'greater':
      return value !== undefined && Number(value) > Number(term.values[0]);
    case 'less':
      return value !== undefined && Number(value) < Number(term.values[0]);
  }
}

/** Splits at commas outside of parentheses. */
function splitTerms(selector: string): readonly string[] {
  const terms: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < selector.length; at++) {
    const character = selector[at];
    if (character === '(') depth++;
    else if (character === ')') depth--;
    else if (character === ',' && depth === 0) {
      terms.push(selector.slice(start, at));
      start = at + 1;
    }
  }
  terms.push(selector.slice(start));
  return terms.map((term) => term.trim());
}

function parseLabelTerm(term: string, selector: string): LabelTerm {
  const set = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(term);
  if (set !== null) {
    const values = (set[3] ?? '').split(',').map((value) => value.trim());
    return { key: set[1] ?? '', operator: set[2] === 'in' ? 'in' : 'notIn', values };
  }
  const equality = /^([^\s=!<>]+)\s*(==|=|!=|>|<)\s*([^\s=!<>]*)$/.exec(term);
  if (equality !== null) {
    const [, key = '', operator = '', value = ''] = equality;
    if (operator === '>' || operator === '<') {
      return { key, operator: operator === '>' ? 'greater' : 'less', values: [value] };
    }
    return { key, operator: operator === '!=' ? 'notIn' : 'in', values: [value] };
  }
  const existence = /^(!?)\s*([^\s=!<>()]+)$/.exec(term);
  if (existence !== null) {
    return { key: existence[2] ?? '', operator: existence[1] === '!' ? 'absent' : 'exists', values: [] };
  }
  throw badRequest(
    `unable to parse requirement: ${JSON.stringify(term)} in label selector ${JSON.stringify(selector)}`,
  );
}
