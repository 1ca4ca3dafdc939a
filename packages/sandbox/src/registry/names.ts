import type { FieldError } from './api-status-error.ts';
import { quote } from './api-status-error.ts';

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL_LENGTH = 63;
const SUBDOMAIN_LENGTH = 253;
const SUFFIX_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** generateName is cut to this, so that the suffix still fits a label, as upstream does. */
const GENERATED_BASE_LENGTH = 58;
const SUFFIX_LENGTH = 5;

const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start " +
  "and end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL_RULE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end " +
  "with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const LABEL_1035_RULE =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, " +
  "and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is " +
  "'[a-z]([-a-z0-9]*[a-z0-9])?')";

/** Kinds whose names follow another rule than a DNS subdomain, by `kind.group`. */
const NAME_RULES: Readonly<Record<string, 'label' | 'label1035' | 'path'>> = {
  Namespace: 'label',
  Service: 'label1035',
  'Role.rbac.authorization.k8s.io': 'path',
  'RoleBinding.rbac.authorization.k8s.io': 'path',
  'ClusterRole.rbac.authorization.k8s.io': 'path',
  'ClusterRoleBinding.rbac.authorization.k8s.io': 'path',
};

/** What is wrong with a name, as the kind's rule has it. */
export function nameErrors(of: { readonly group: string; readonly kind: string }, name: string): FieldError[] {
  const rule = NAME_RULES[of.group === '' ? of.kind : `${of.kind}.${of.group}`] ?? 'subdomain';
  const invalid = (why: string): FieldError => ({
    reason: 'FieldValueInvalid',
    field: 'metadata.name',
    message: `Invalid value: ${quote(name)}: ${why}`,
  });
  if (rule === 'path') {
    const bad = name === '.' || name === '..' || name.includes('/') || name.includes('%');
    return bad ? [invalid("may not be '.', '..' or contain '/' or '%'")] : [];
  }
  const [pattern, limit, text] =
    rule === 'label'
      ? ([LABEL, LABEL_LENGTH, LABEL_RULE] as const)
      : rule === 'label1035'
        ? ([LABEL_1035, LABEL_LENGTH, LABEL_1035_RULE] as const)
        : ([SUBDOMAIN, SUBDOMAIN_LENGTH, SUBDOMAIN_RULE] as const);
  const errors: FieldError[] = [];
  if (name.length > limit) errors.push(invalid(`must be no more than ${limit} characters`));
  if (!pattern.test(name)) {
    // What is a subdomain and no label has dots.
    errors.push(invalid(rule === 'label' && SUBDOMAIN.test(name) ? 'must not contain dots' : text));
  }
  return errors;
}

/** Five letters for a generated name, taken from `random` (a hexadecimal identifier). */
export function nameSuffix(random: string): string {
  const digits = random.replaceAll('-', '');
  let suffix = '';
  for (let at = 0; at < SUFFIX_LENGTH; at++) {
    const value = Number.parseInt(digits.slice(at * 4, at * 4 + 4), 16);
    suffix += SUFFIX_ALPHABET[value % SUFFIX_ALPHABET.length] ?? 'x';
  }
  return suffix;
}

/** A name made from `generateName`. */
export function generatedName(base: string, random: string): string {
  return base.slice(0, GENERATED_BASE_LENGTH) + nameSuffix(random);
}

const QUALIFIED_NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

const QUALIFIED_NAME_RULE =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric " +
  "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is " +
  "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const QUALIFIED_KEY_RULE =
  "a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an " +
  "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is " +
  "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. " +
  "'example.com/MyName')";
const LABEL_VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and " +
  "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is " +
  "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/** What is wrong with a label's or annotation's key. */
export function keyErrors(field: string, key: string): FieldError[] {
  const name = key.slice(key.indexOf('/') + 1);
  const prefix = key.includes('/') ? key.slice(0, key.indexOf('/')) : undefined;
  const errors: FieldError[] = [];
  const invalid = (why: string) =>
    errors.push({ reason: 'FieldValueInvalid', field, message: `Invalid value: ${quote(key)}: ${why}` });
  if (key.split('/').length > 2) {
    invalid(QUALIFIED_KEY_RULE);
    return errors;
  }
  if (prefix !== undefined && (prefix === '' || prefix.length > SUBDOMAIN_LENGTH || !SUBDOMAIN.test(prefix))) {
    invalid(prefix === '' ? 'prefix part must be non-empty' : `prefix part ${SUBDOMAIN_RULE}`);
  }
  if (name === '') invalid('name part must be non-empty');
  else if (name.length > LABEL_LENGTH) invalid(`name part must be no more than ${LABEL_LENGTH} characters`);
  if (!QUALIFIED_NAME.test(name)) invalid(QUALIFIED_NAME_RULE);
  return errors;
}

/** What is wrong with a label's value. */
export function labelValueErrors(field: string, value: string): FieldError[] {
  const errors: FieldError[] = [];
  const invalid = (why: string) =>
    errors.push({ reason: 'FieldValueInvalid', field, message: `Invalid value: ${quote(value)}: ${why}` });
  if (value.length > LABEL_LENGTH) invalid(`must be no more than ${LABEL_LENGTH} characters`);
  if (!LABEL_VALUE.test(value)) invalid(LABEL_VALUE_RULE);
  return errors;
}
