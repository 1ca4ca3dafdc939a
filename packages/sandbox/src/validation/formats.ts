import { isJsonObject, type JsonValue } from '@capstan/object';
import { matchesSelector } from '../simulate/label-selector.ts';
import { labelsCell } from '../columns/cell.ts';
import { objectAt } from '../simulate/read.ts';
import type { Problems } from './problems.ts';

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const CONFIG_KEY = /^[-._a-zA-Z0-9]+$/;
const PORT_RANGE = 'must be between 1 and 65535, inclusive';

const LABEL_RULE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const QUALIFIED_RULE =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const CONFIG_KEY_RULE =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

/** A DNS label: required, well-formed and no longer than 63 characters. */
export function checkLabelName(problems: Problems, field: string, value: string): void {
  if (value === '') problems.required(field);
  else if (!LABEL.test(value)) problems.invalid(field, value, LABEL_RULE);
  else if (value.length > 63) problems.invalid(field, value, 'must be no more than 63 bytes');
}

/** A DNS subdomain. */
export function checkSubdomain(problems: Problems, field: string, value: string): void {
  if (value.length > 253) problems.invalid(field, value, 'must be no more than 253 bytes');
  if (!SUBDOMAIN.test(value)) problems.invalid(field, value, SUBDOMAIN_RULE);
}

/** The keys and values of labels. */
export function checkLabels(problems: Problems, field: string, labels: JsonValue | undefined): void {
  if (!isJsonObject(labels)) return;
  for (const [key, value] of Object.entries(labels)) {
    checkQualifiedName(problems, field, key);
    if (typeof value !== 'string') continue;
    if (value.length > 63) problems.invalid(field, value, 'must be no more than 63 bytes');
    if (!VALUE.test(value)) problems.invalid(field, value, VALUE_RULE);
  }
}

/** A label's or an annotation's key: a name, with an optional DNS prefix. */
export function checkQualifiedName(problems: Problems, field: string, key: string): void {
  const slash = key.lastIndexOf('/');
  const name = key.slice(slash + 1);
  if (slash >= 0 && !SUBDOMAIN.test(key.slice(0, slash))) problems.invalid(field, key, `prefix part ${SUBDOMAIN_RULE}`);
  if (name === '') problems.invalid(field, key, 'name part must be non-empty');
  else if (name.length > 63) problems.invalid(field, key, 'name part must be no more than 63 bytes');
  if (!QUALIFIED.test(name)) problems.invalid(field, key, QUALIFIED_RULE);
}

/** A key of a ConfigMap or Secret. */
export function checkConfigKey(problems: Problems, field: string, key: string): void {
  if (key.length > 253) problems.invalid(field, key, 'must be no more than 253 characters');
  if (!CONFIG_KEY.test(key)) problems.invalid(field, key, CONFIG_KEY_RULE);
}

/** A port's number. */
export function checkPort(problems: Problems, field: string, value: JsonValue | undefined): void {
  if (typeof value === 'number' && (value < 1 || value > 65535)) problems.invalid(field, value, PORT_RANGE);
}

/** A port's name: at most 15 letters, digits and hyphens, with a letter among them. */
export function checkPortName(problems: Problems, field: string, name: string): void {
  if (name.length > 15) problems.invalid(field, name, 'must be no more than 15 characters');
  if (!/^[-a-z0-9]+$/.test(name)) {
    problems.invalid(field, name, 'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
    return;
  }
  if (!/[a-z]/.test(name)) problems.invalid(field, name, 'must contain at least one letter (a-z)');
  if (name.includes('--')) problems.invalid(field, name, 'must not contain consecutive hyphens');
  if (name.startsWith('-') || name.endsWith('-')) problems.invalid(field, name, 'must not begin or end with a hyphen');
}

/** A port by number or by name. */
export function checkPortOrName(problems: Problems, field: string, value: JsonValue | undefined): void {
  if (typeof value === 'string') checkPortName(problems, field, value);
  else checkPort(problems, field, value);
}

/** That a workload's selector is there and fits the labels of its template. */
export function checkSelector(problems: Problems, kind: string, spec: JsonValue | undefined): void {
  const selector = isJsonObject(spec) ? spec['selector'] : undefined;
  const labels = objectAt(spec, 'template', 'metadata', 'labels');
  if (selector === undefined || selector === null) {
    problems.required('spec.selector');
  } else if (isEmptySelector(selector)) {
    problems.invalid('spec.selector', selector, `empty selector is invalid for ${kind}`);
    return;
  }
  if (!matchesSelector(selector, labels)) {
    const shown = labelsCell(labels) === '<none>' ? null : labels;
    problems.invalid('spec.template.metadata.labels', shown, '`selector` does not match template `labels`');
  }
}

function isEmptySelector(selector: JsonValue): boolean {
  if (!isJsonObject(selector)) return false;
  const expressions = selector['matchExpressions'];
  return (
    Object.keys(objectAt(selector, 'matchLabels')).length === 0 &&
    !(Array.isArray(expressions) && expressions.length > 0)
  );
}
