import { invalid } from './problem.ts';

type Operator = 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';

interface Requirement {
  readonly key: string;
  readonly operator: Operator;
  readonly values: readonly string[];
}

const TOKEN = /\s*(==|!=|=|!|\(|\)|,|>|<|[^\s=!(),<>]+)/y;

/** Reads a label selector as Kubernetes does; the empty one matches everything. Throws RENDER_INVALID. */
export function parseLabelSelector(text: string): (labels: Readonly<Record<string, string>>) => boolean {
  const tokens = tokensOf(text);
  const requirements: Requirement[] = [];
  for (let at = 0; at < tokens.length;) {
    const [requirement, next] = readRequirement(tokens, at, text);
    check(requirement, text);
    requirements.push(requirement);
    at = next;
    if (at < tokens.length) {
      if (tokens[at] !== ',' || at + 1 === tokens.length) throw unreadable(text);
      at++;
    }
  }
  return (labels) => requirements.every((requirement) => matches(requirement, labels));
}

const KEY_NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const MAX_NAME = 63;
const MAX_PREFIX = 253;

/** Keys must be qualified names, values must be values of labels: those that are none can select nothing. */
function check({ key, operator, values }: Requirement, text: string): void {
  const slash = key.indexOf('/');
  const prefix = slash < 0 ? undefined : key.slice(0, slash);
  const name = key.slice(slash + 1);
  if (name.length > MAX_NAME || !KEY_NAME.test(name)) {
    throw invalid(`selector '${text}': in the key '${key}' the name part must consist of alphanumeric characters`);
  }
  if (
    prefix !== undefined &&
    (prefix.length > MAX_PREFIX || !prefix.split('.').every((part) => DNS_LABEL.test(part)))
  ) {
    throw invalid(`selector '${text}': in the key '${key}' the prefix part must be a DNS subdomain`);
  }
  if ((operator === 'gt' || operator === 'lt') && !/^[-+]?\d+$/.test(values[0] ?? '')) {
    throw invalid(`selector '${text}': '${key}' can only be compared with an integer`);
  }
  const wrong = values.find((value) => value !== '' && (value.length > MAX_NAME || !KEY_NAME.test(value)));
  if (wrong !== undefined) throw invalid(`selector '${text}': '${wrong}' cannot be the value of a label`);
}

function unreadable(text: string) {
  return invalid(`unable to parse selector '${text}'`);
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  const source = text.trim();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const match = TOKEN.exec(source);
    if (match?.[1] === undefined) throw unreadable(text);
    tokens.push(match[1]);
  }
  return tokens;
}

function isWord(token: string | undefined): token is string {
  return token !== undefined && !/^[=!(),<>]/.test(token);
}

function readRequirement(tokens: readonly string[], start: number, text: string): readonly [Requirement, number] {
  const first = tokens[start];
  if (first === '!') {
    const key = tokens[start + 1];
    if (!isWord(key)) throw unreadable(text);
    return [{ key, operator: '!', values: [] }, start + 2];
  }
  if (!isWord(first)) throw unreadable(text);
  const operator = tokens[start + 1];
  if (operator === undefined || operator === ',') return [{ key: first, operator: 'exists', values: [] }, start + 1];
  if (operator === 'in' || operator === 'notin') return readSet(tokens, start, first, operator, text);
  const value = tokens[start + 2];
  const hasValue = isWord(value);
  const values = [hasValue ? value : ''];
  const next = start + (hasValue ? 3 : 2);
  if (operator === '=' || operator === '==') return [{ key: first, operator: 'in', values }, next];
  if (operator === '!=') return [{ key: first, operator: 'notin', values }, next];
  if (operator === '>' || operator === '<')
    return [{ key: first, operator: operator === '>' ? 'gt' : 'lt', values }, next];
  throw unreadable(text);
}

function readSet(
  tokens: readonly string[],
  start: number,
  key: string,
  operator: 'in' | 'notin',
  text: string,
): readonly [Requirement, number] {
  if (tokens[start + 2] !== '(') throw unreadable(text);
  const values: string[] = [];
  let at = start + 3;
  for (; tokens[at] !== ')'; at++) {
    const token = tokens[at];
    if (token === undefined) throw unreadable(text);
    if (isWord(token)) values.push(token);
    else if (token !== ',') throw unreadable(text);
  }
  return [{ key, operator, values }, at + 1];
}

function matches({ key, operator, values }: Requirement, labels: Readonly<Record<string, string>>): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'in':
      return value !== undefined && values.includes(value);
    case 'notin':
      return value === undefined || !values.includes(value);
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case 'gt':
    case 'lt': {
      if (value === undefined || !/^-?\d+$/.test(value) || !/^-?\d+$/.test(values[0] ?? '')) return false;
      const left = BigInt(value);
      const right = BigInt(values[0] ?? '0');
      return operator === 'gt' ? left > right : left < right;
    }
    default:
      return operator satisfies never;
  }
}
