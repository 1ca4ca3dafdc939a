import { CapstanError } from '@capstan/errors';
import { isJsonObject, type JsonArray, type JsonValue } from '@capstan/object';
import { DEPTH_CEILING } from './limits.ts';
import { makeNode, type YamlNode, type YamlStyle } from './node.ts';
import { formatFloat } from './print/float.ts';
import { sortKeys } from './print/key-order.ts';
import { meansItself } from './print/means-itself.ts';

/**
 * A tree for a value, as yaml.v3's encoder lays it out: keys in its natural order, texts quoted where YAML 1.1 or 1.2
 * would read something else. `stringifyNode` prints it as that encoder does. Throws `YAML_LIMIT` beyond 1,000 levels.
 */
export function nodeOf(value: JsonValue): YamlNode {
  return build(value, 0);
}

function build(value: JsonValue, depth: number): YamlNode {
  if (depth > DEPTH_CEILING) {
    throw new CapstanError('YAML_LIMIT', `the value is nested deeper than ${String(DEPTH_CEILING)} levels`);
  }
  if (isJsonArray(value)) {
    const node = makeNode('sequence', 0, 0);
    node.tag = '!!seq';
    for (const item of value) node.content.push(build(item, depth + 1));
    return node;
  }
  if (!isJsonObject(value)) return scalar(value);
  const node = makeNode('mapping', 0, 0);
  node.tag = '!!map';
  for (const key of sortKeys(Object.keys(value), 'v3')) {
    node.content.push(scalar(key), build(value[key] ?? null, depth + 1));
  }
  return node;
}

function isJsonArray(value: JsonValue): value is JsonArray {
  return Array.isArray(value);
}

function scalar(value: string | number | bigint | boolean | null): YamlNode {
  const node = makeNode('scalar', 0, 0);
  switch (typeof value) {
    case 'string':
      node.tag = '!!str';
      node.value = value.toWellFormed();
      node.style = styleOf(value);
      return node;
    case 'number':
      node.tag = Number.isSafeInteger(value) ? '!!int' : '!!float';
      node.value = Number.isSafeInteger(value) ? String(value) : formatFloat(value);
      return node;
    case 'bigint':
    case 'boolean':
      node.tag = typeof value === 'bigint' ? '!!int' : '!!bool';
      node.value = String(value);
      return node;
    default:
      node.tag = '!!null';
      node.value = 'null';
      return node;
  }
}

function styleOf(text: string): YamlStyle {
  if (text.includes('\n')) return 'literal';
  return meansItself(text) ? 'plain' : 'double';
}
