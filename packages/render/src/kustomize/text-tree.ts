import { makeNode, parseNodes, stringifyNode, type YamlNode } from '@capstan/yaml';
import { compilePattern, isIndex, isListFilter, splitFilter, type Created } from './path-step.ts';
import { invalid } from './problem.ts';

/**
 * All nodes of a tree that a path of a replacement target names, made where they are missing unless `create` is `none`.
 * As in kustomize, what is made below a null is found but stands nowhere, and so is what stands in a text within the tree.
 * Throws RENDER_INVALID where a step does not fit, and as `parseNodes` does.
 */
export function findNodes(node: YamlNode, steps: readonly string[], create: Created): YamlNode[] {
  const [step, ...rest] = steps;
  if (step === undefined) return [node];
  const creates = create !== 'none';
  if (isIndex(step)) {
    const index = Number(step);
    if (creates && elementsOf(node, step).length === index) append(node, freshNode(rest[0], create));
    const element = elementsOf(node, step)[index];
    if (element === undefined) throw beyondEnd(index, elementsOf(node, step).length);
    return findNodes(element, rest, create);
  }
  if (isListFilter(step)) return atFilter(node, step, rest, create);
  if (step === '*') return elementsOf(node, step).flatMap((element) => findNodes(element, rest, create));
  const held = fieldOf(node, step) ?? (creates ? makeField(node, step, freshNode(rest[0], create)) : undefined);
  if (held === undefined) return [];
  if (rest.length > 0 && held.kind === 'scalar') return findInText(held.value, rest, create);
  return findNodes(held, rest, create);
}

/** The nodes that a path names in the YAML of a text. Throws as `findNodes` does. */
export function findInText(text: string, steps: readonly string[], create: Created): YamlNode[] {
  const root = rootOf(parseNodes(text, { documents: 'first' })[0]);
  if (root === undefined) throw invalid(`cannot look up '${steps[0] ?? ''}' in an empty text`);
  return findNodes(root, steps, create);
}

/** The root of a document. */
export function rootOf(document: YamlNode | undefined): YamlNode | undefined {
  return document?.kind === 'document' ? document.content[0] : document;
}

/** An index that a list does not have. */
export function beyondEnd(index: number, length: number) {
  return invalid(`index ${index} specified but only ${length} elements found`);
}

function atFilter(node: YamlNode, step: string, rest: readonly string[], create: Created): YamlNode[] {
  const [name, pattern] = splitFilter(step);
  const matches = compilePattern(pattern);
  const find = () =>
    elementsOf(node, step).flatMap((element) => {
      if (name === '') return matches(printed(element)) ? [element] : [];
      const held = element.kind === 'mapping' ? fieldOf(element, name) : undefined;
      return held !== undefined && matches(printed(held)) ? findNodes(element, rest, create) : [];
    });
  const found = find();
  if (found.length > 0 || create === 'none') return found;
  append(node, name === '' ? scalarNode(pattern) : mappingNode([scalarNode(name), scalarNode(pattern)]));
  return find();
}

/** A node as it is printed, quotes and all: that is what patterns are held against. */
export function printed(node: YamlNode): string {
  return stringifyNode(node).trim();
}

/** Below a null may stand whatever is asked for; none of it is printed. */
function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.tag === '!!null';
}

function fieldOf(node: YamlNode, name: string): YamlNode | undefined {
  if (isNull(node)) return undefined;
  if (node.kind !== 'mapping') throw invalid(`cannot look up '${name}' in a value that is no mapping`);
  const at = node.content.findIndex((item, index) => index % 2 === 0 && item.value === name);
  return at < 0 ? undefined : node.content[at + 1];
}

function elementsOf(node: YamlNode, step: string): readonly YamlNode[] {
  if (node.kind !== 'sequence' && !isNull(node)) throw invalid(`'${step}' needs a list`);
  return node.content;
}

function makeField(node: YamlNode, name: string, value: YamlNode): YamlNode {
  node.content = [...node.content, scalarNode(name), value];
  return value;
}

function append(node: YamlNode, element: YamlNode): void {
  node.content = [...node.content, element];
}

/** A scalar without a type: what it is says its text where it is printed. */
export function scalarNode(text: string): YamlNode {
  return { ...makeNode('scalar', 0, 0), value: text };
}

function mappingNode(content: YamlNode[]): YamlNode {
  return { ...makeNode('mapping', 0, 0), content };
}

/** What a missing step is made as: what the next one needs, and at the end what the source is. It has no type yet. */
function freshNode(next: string | undefined, create: Created): YamlNode {
  if (next !== undefined) return makeNode(isIndex(next) || isListFilter(next) ? 'sequence' : 'mapping', 0, 0);
  return makeNode(create === 'mapping' ? 'mapping' : create === 'list' ? 'sequence' : 'scalar', 0, 0);
}
