import { encodeJson } from '@capstan/object';
import { isCapstanError } from '@capstan/errors';
import { nodeValue, parseNodes, stringifyNode, type YamlNode } from '@capstan/yaml';
import type { Created } from './path-step.ts';
import { findTargets, lookUp, scalarAt } from './replacement-path.ts';
import { findNodes, rootOf } from './text-tree.ts';
import { isMapping, scalarText, setField, type Mapping, type Value } from './value.ts';

/** What is put into a text: a scalar's text, empty for a list or a mapping, and all of it as it was written. */
export interface TextSource {
  readonly text: string;
  node(): YamlNode;
}

/**
 * Replaces a value inside of YAML or JSON that a field holds as text. False where the path does not lead into a text, or
 * names nothing in it. In YAML the order of keys and the comments stay; JSON is printed anew, keys sorted.
 */
export function replaceInText(object: Mapping, steps: readonly string[], source: TextSource, create: Created): boolean {
  for (let length = 1; length < steps.length; length++) {
    const parent = lookUp(object, steps.slice(0, length - 1));
    const last = steps[length - 1] ?? '';
    const held = lookUp(object, steps.slice(0, length));
    if (held === undefined) return false;
    const text = isMapping(parent) ? scalarAt(parent, last) : typeof held === 'object' ? undefined : scalarText(held);
    if (text === undefined) continue;
    const next = tried(() => replacedText(text, steps.slice(length), source, create));
    if (next === undefined) return false;
    if (next === text) return true;
    if (isMapping(parent)) setField(parent, last, next);
    else if (Array.isArray(parent)) parent[Number(last)] = next;
    return true;
  }
  return false;
}

/**
 * The values that a path names, through YAML or JSON that a field holds as text; none where it leads nowhere. Throws
 * RENDER_INVALID as `findTargets` does.
 */
export function findThroughText(object: Mapping, steps: readonly string[]): Value[] {
  return findTargets({ get: () => object, set: () => undefined }, steps, 'none').map((slot) => slot.get());
}

function replacedText(text: string, steps: readonly string[], source: TextSource, create: Created): string | undefined {
  const [document] = parseNodes(text, { documents: 'first' });
  const root = rootOf(document);
  if (document === undefined || root === undefined) return undefined;
  const found = findNodes(root, steps, create);
  if (found.length === 0) return undefined;
  for (const node of found) put(node, source);
  const printed = stringifyNode(document);
  const first = text.trimStart()[0];
  return first === '{' || first === '[' ? printJson(printed, text) : printed.trim();
}

/** Compact, or indented by two columns where the text was; keys sorted, as Go prints JSON, which has no keys but texts. */
function printJson(yaml: string, text: string): string | undefined {
  const [document] = parseNodes(yaml);
  if (document === undefined || hasOtherKeys(document)) return undefined;
  return encodeJson(
    nodeValue(document, { rules: 'v3' }),
    text.includes('\n') && text.includes('  ') ? { indent: '  ' } : {},
  );
}

function hasOtherKeys({ kind, content }: YamlNode): boolean {
  return content.some((item, at) => hasOtherKeys(item) || (kind === 'mapping' && at % 2 === 0 && item.tag !== '!!str'));
}

/** A scalar keeps how it is written and what its tag says; into it goes a scalar's text, which a list or a mapping has none of. */
function put(node: YamlNode, source: TextSource): void {
  if (node.kind === 'scalar') node.value = source.text;
  else Object.assign(node, source.node());
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
