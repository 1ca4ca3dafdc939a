import { encodeJson } from '@capstan/object';
import { isCapstanError } from '@capstan/errors';
import { nodeOf, parse, parseNodes, stringifyNode, type YamlNode } from '@capstan/yaml';
import { readPlain } from './plain-text.ts';
import { invalid, unsupported } from './problem.ts';
import { findTargets, lookUp, type Created } from './replacement-path.ts';
import { isMapping, scalarText, setField, thaw, type Mapping, type Value } from './value.ts';

/** A text put where another type stood, or nothing: read as YAML reads it plain, as long as it fits. */
export function parsePlainValue(text: string, old: Value): Value {
  if (!fits(text, old)) throw invalid(misfitOf(old));
  return readPlain(text);
}

/** What is wrong with a text in place of a value of another type. */
export function misfitOf(old: Value): string {
  return `a text cannot stand where a ${typeof old === 'boolean' ? 'boolean' : 'number'} is`;
}

/** Whether a text reads as a value of the type of the one whose place it takes. */
export function fits(text: string, old: Value): boolean {
  const read = readPlain(text);
  return old === null || typeof read === typeof old || (isNumber(read) && isNumber(old));
}

function isNumber(value: Value): boolean {
  return typeof value === 'number' || typeof value === 'bigint';
}

/**
 * Replaces a value inside of YAML or JSON that a field holds as text. False where the path does not lead into a text, or
 * names nothing in it. In YAML the order of keys and the comments stay.
 */
export function replaceInText(object: Mapping, steps: readonly string[], value: Value, create: Created): boolean {
  for (let length = 1; length < steps.length; length++) {
    const held = lookUp(object, steps.slice(0, length));
    if (held === undefined) return false;
    const text = typeof held === 'object' ? undefined : scalarText(held);
    if (text === undefined) continue;
    const rest = steps.slice(length);
    const first = text.trimStart()[0];
    const printed =
      first === '{' || first === '[' ? replaceJson(text, rest, value, create) : replaceYaml(text, rest, value, create);
    if (printed === undefined) return false;
    setAt(object, steps.slice(0, length), printed);
    return true;
  }
  return false;
}

/**
 * The values that a path names, through YAML or JSON that a field holds as text; none where it leads nowhere. Throws
 * RENDER_INVALID as `findTargets` does.
 */
export function findThroughText(object: Mapping, steps: readonly string[]): Value[] {
  for (let length = 1; length < steps.length; length++) {
    const held = lookUp(object, steps.slice(0, length));
    if (typeof held !== 'string') continue;
    const parsed = tried(() => thaw(parse(held, { rules: 'v3' })));
    if (!isMapping(parsed) && !Array.isArray(parsed)) return [];
    return findTargets({ get: () => parsed, set: () => undefined }, steps.slice(length), 'none').map((slot) =>
      slot.get(),
    );
  }
  return findTargets({ get: () => object, set: () => undefined }, steps, 'none').map((slot) => slot.get());
}

/** Compact, or indented by two columns where the text was; keys sorted, as Go prints JSON. */
function replaceJson(text: string, steps: readonly string[], value: Value, create: Created): string | undefined {
  const parsed = tried(() => thaw(parse(text, { rules: 'v3' })));
  if (!isMapping(parsed) && !Array.isArray(parsed)) return undefined;
  const slots = tried(() => findTargets({ get: () => parsed, set: () => undefined }, steps, create)) ?? [];
  if (slots.length === 0) return undefined;
  for (const slot of slots) {
    const old = slot.get();
    const next = scalarText(value);
    if (typeof old === 'object' || next === undefined) slot.set(thaw(value));
    else slot.set(typeof old === 'string' ? next : parsePlainValue(next, old));
  }
  return encodeJson(parsed, text.includes('\n') && text.includes('  ') ? { indent: '  ' } : {});
}

function replaceYaml(text: string, steps: readonly string[], value: Value, create: Created): string | undefined {
  const [document] = tried(() => parseNodes(text, { documents: 'first' })) ?? [];
  const root = document?.kind === 'document' ? document.content[0] : document;
  if (document === undefined || root === undefined || root.kind === 'scalar') return undefined;
  const found = findNodes(root, steps);
  if (found.length === 0) {
    if (create === 'none') return undefined;
    throw unsupported('creating a field inside of YAML text', 'replacements');
  }
  for (const node of found) put(node, value);
  return stringifyNode(document).trim();
}

function put(node: YamlNode, value: Value): void {
  const text = scalarText(value);
  if (node.kind === 'scalar' && text !== undefined) node.value = text;
  else {
    const { kind, tag, content, value: scalar, style } = nodeOf(value);
    Object.assign(node, { kind, tag, content, value: scalar, style, flow: false });
  }
}

/** Nodes that a path names: fields, indexes, `[name=value]` and `*`. */
function findNodes(node: YamlNode, steps: readonly string[]): YamlNode[] {
  const [step, ...rest] = steps;
  if (step === undefined) return [node];
  if (node.kind === 'alias') return node.alias === null ? [] : findNodes(node.alias, steps);
  if (node.kind === 'sequence') {
    const filter = /^\[([^=]*)=(.*)\]$/s.exec(step);
    const picked = node.content.filter((item, index) =>
      filter === null ? step === '*' || step === String(index) : matchesFilter(item, filter[1] ?? '', filter[2] ?? ''),
    );
    return picked.flatMap((item) => findNodes(item, rest));
  }
  const index = node.content.findIndex((item, at) => at % 2 === 0 && item.value === step);
  const item = index < 0 || node.kind !== 'mapping' ? undefined : node.content[index + 1];
  return item === undefined ? [] : findNodes(item, rest);
}

function matchesFilter(item: YamlNode, name: string, wanted: string): boolean {
  if (name === '') return item.kind === 'scalar' && item.value === wanted;
  return findNodes(item, [name]).some((held) => held.kind === 'scalar' && held.value === wanted);
}

/** What `make` gives; undefined where it fails on the content. */
function tried<Result>(make: () => Result): Result | undefined {
  try {
    return make();
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    return undefined;
  }
}

function setAt(object: Mapping, steps: readonly string[], text: string): void {
  const parent = lookUp(object, steps.slice(0, -1));
  const last = steps.at(-1) ?? '';
  if (isMapping(parent)) setField(parent, last, text);
  else if (Array.isArray(parent)) parent[Number(last)] = text;
}
