import type { YamlNode } from '../node.ts';
import { decodeBase64Text } from './base64.ts';
import { resolvePlain, type Rules } from './tag.ts';

/** A scalar's meaning, or why it has none. `tag` is the one that its value has. */
export type ScalarValue =
  | { readonly ok: true; readonly tag: string; readonly value: string | number | bigint | boolean | null }
  | { readonly ok: false; readonly problem: string };

/** What a scalar node means under `rules`. */
export function scalarValue(node: YamlNode, rules: Rules): ScalarValue {
  if (!node.tagged) {
    if (node.style !== 'plain' || (rules === 'v3' && node.tag === '!!str')) {
      return { ok: true, tag: '!!str', value: node.value };
    }
    const { tag, value } = resolvePlain(node.value, rules);
    return { ok: true, tag, value: tag === '!!timestamp' && rules === 'v2' ? node.value : value };
  }
  switch (node.tag) {
    case '!!binary': {
      const value = decodeBase64Text(node.value);
      return value === undefined
        ? { ok: false, problem: '!!binary value contains invalid base64 data' }
        : { ok: true, tag: node.tag, value };
    }
    case '!!bool':
    case '!!int':
    case '!!float':
    case '!!null':
    case '!!timestamp':
      return taggedValue(node.value, node.tag, rules);
    default:
      return { ok: true, tag: node.tag, value: node.value };
  }
}

function taggedValue(text: string, tag: string, rules: Rules): ScalarValue {
  const resolved = resolvePlain(text, rules, tag === '!!timestamp');
  if (resolved.tag === tag) {
    return { ok: true, tag, value: tag === '!!timestamp' && rules === 'v2' ? text : resolved.value };
  }
  if (tag === '!!float' && resolved.tag === '!!int') return { ok: true, tag, value: Number(resolved.value) };
  return { ok: false, problem: `cannot decode ${resolved.tag} \`${shortened(text)}\` as a ${tag}` };
}

function shortened(text: string): string {
  return text.length <= 20 ? text : `${text.slice(0, 17)}...`;
}
