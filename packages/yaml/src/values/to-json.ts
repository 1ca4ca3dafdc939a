import { setKey, type JsonValue } from '@capstan/object';
import { beyondLimit, invalid } from '../failure.ts';
import { DEPTH_CEILING, type YamlLimits } from '../limits.ts';
import type { YamlNode } from '../node.ts';
import { formatFloat } from '../print/float.ts';
import { refold } from './refold.ts';
import { scalarValue } from './scalar.ts';
import type { Rules } from './tag.ts';

/** How syntax trees become values. */
export interface ConvertOptions {
  readonly source: string | undefined;
  readonly rules: Rules;
  readonly duplicateKeys: 'error' | 'last' | 'first';
  readonly keepsNonFinite: boolean;
  readonly reprinted: boolean;
  readonly keepsNonTextKeys: boolean;
  readonly limits: YamlLimits;
}

/** Up to so many keys, comparing each with each is faster than a table. */
const FEW_KEYS = 12;

/** How a mapping is filled: where it stands, and which keys are set already when it is merged into another. */
interface Filling {
  readonly inFlow: boolean;
  readonly isRoot: boolean;
  readonly seen: Set<string> | undefined;
}

type Target = Record<string, JsonValue>;

/** Turns one document's tree into a value, expanding aliases and merges within bounds. */
export class Converter {
  readonly #options: ConvertOptions;
  readonly #open = new Set<YamlNode>();
  #root: YamlNode | undefined;
  #aliasDepth = 0;
  #expanded = 0;
  #depth = 0;

  constructor(options: ConvertOptions) {
    this.#options = options;
  }

  /** The value of a document or of any node in it. */
  convert(node: YamlNode): JsonValue {
    const root = node.kind === 'document' ? (node.content[0] ?? node) : node;
    this.#root = root;
    return this.#value(root, false);
  }

  #value(node: YamlNode, inFlow: boolean): JsonValue {
    if (this.#aliasDepth > 0) this.#countExpansion(node);
    switch (node.kind) {
      case 'scalar':
        return this.#scalar(node, inFlow);
      case 'alias':
        return this.#alias(node, inFlow);
      case 'sequence':
        return this.#nested(node, () => node.content.map((item) => this.#value(item, inFlow || node.flow)));
      case 'mapping':
        return this.#nested(node, () => this.#mapping(node, inFlow || node.flow));
      case 'document':
        return null;
    }
  }

  #nested<Value>(node: YamlNode, read: () => Value): Value {
    if (++this.#depth > Math.min(this.#options.limits.maxDepth, DEPTH_CEILING)) {
      throw beyondLimit(`nested deeper than ${String(this.#options.limits.maxDepth)} levels`, this.#place(node));
    }
    const value = read();
    this.#depth--;
    return value;
  }

  #countExpansion(node: YamlNode): void {
    if (++this.#expanded > this.#options.limits.maxAliasExpansion) {
      throw beyondLimit('document contains excessive aliasing', this.#place(node));
    }
  }

  #scalar(node: YamlNode, inFlow: boolean): JsonValue {
    const result = scalarValue(node, this.#options.rules);
    if (!result.ok) throw this.#fail(result.problem, node);
    const { value } = result;
    if (typeof value === 'number' && !Number.isFinite(value) && !this.#options.keepsNonFinite) {
      throw this.#fail(`${formatFloat(value)} has no JSON form; quote it or give a finite number`, node);
    }
    // kustomize prints what it read and reads it again; an empty value within brackets is printed as ''.
    if (node.style === 'folded' && !inFlow && typeof value === 'string' && this.#options.reprinted) {
      return refold(value);
    }
    if (value === null && inFlow && this.#options.reprinted && isBareScalar(node)) return '';
    return value;
  }

  #alias<Value extends JsonValue>(node: YamlNode, inFlow: boolean): Value | JsonValue {
    return this.#throughAlias(node, (target) => this.#value(target, inFlow));
  }

  #throughAlias<Value>(node: YamlNode, read: (target: YamlNode) => Value): Value {
    const target = node.alias;
    if (target === null) throw this.#fail(`alias '${node.value}' stands for nothing`, node);
    if (this.#open.has(target)) throw this.#fail(`anchor '${node.value}' value contains itself`, node);
    this.#open.add(target);
    this.#aliasDepth++;
    const value = read(target);
    this.#aliasDepth--;
    this.#open.delete(target);
    return value;
  }

  #mapping(node: YamlNode, inFlow: boolean): JsonValue {
    const target: Target = {};
    if (this.#options.rules === 'v3')
      this.#fillV3(target, node, { inFlow, isRoot: node === this.#root, seen: undefined });
    else this.#fillV2(target, node);
    return target;
  }

  /** Explicit keys win over merged ones, and earlier merges over later ones. */
  #fillV3(target: Target, node: YamlNode, filling: Filling): void {
    const { inFlow, isRoot } = filling;
    const { duplicateKeys } = this.#options;
    const doubled = duplicateKeys === 'last' ? undefined : firstDuplicate(node);
    if (doubled !== undefined && duplicateKeys === 'error') throw this.#duplicate(doubled.key, doubled.before);
    const seen = filling.seen ?? (doubled === undefined ? undefined : new Set<string>());
    const { content } = node;
    let merge: YamlNode | undefined;
    for (let i = 0; i + 1 < content.length; i += 2) {
      const keyNode = content[i];
      const valueNode = content[i + 1];
      if (keyNode === undefined || valueNode === undefined) break;
      if (isMergeKey(keyNode)) {
        merge = valueNode;
        continue;
      }
      const key = this.#keyV3(keyNode, isRoot);
      if (key === undefined) continue;
      if (seen !== undefined) {
        if (seen.has(key)) continue;
        seen.add(key);
      }
      setKey(target, key, this.#value(valueNode, inFlow));
    }
    if (merge !== undefined) {
      const taken = seen ?? new Set(Object.keys(target));
      this.#merge(merge, (mapping) => {
        this.#fillV3(target, mapping, { inFlow: inFlow || mapping.flow, isRoot, seen: taken });
      });
    }
  }

  /** In YAML 1.1 as sigs.k8s.io/yaml reads it, whatever stands later wins, merged or not. */
  #fillV2(target: Target, node: YamlNode): void {
    const { content } = node;
    for (let i = 0; i + 1 < content.length; i += 2) {
      const keyNode = content[i];
      const valueNode = content[i + 1];
      if (keyNode === undefined || valueNode === undefined) break;
      if (isMergeKey(keyNode)) {
        this.#merge(valueNode, (mapping) => {
          this.#fillV2(target, mapping);
        });
        continue;
      }
      const key = this.#keyV2(keyNode);
      const value = this.#value(valueNode, false);
      if (this.#options.duplicateKeys === 'error' && Object.hasOwn(target, key)) {
        throw this.#fail(`key ${JSON.stringify(key)} already set in map`, keyNode);
      }
      setKey(target, key, value);
    }
  }

  #merge(node: YamlNode, fill: (mapping: YamlNode) => void): void {
    if (this.#aliasDepth > 0) this.#countExpansion(node);
    const fillOne = (one: YamlNode): void => {
      const mapping = one.kind === 'alias' ? one.alias : one;
      if (mapping?.kind !== 'mapping') {
        throw this.#fail('map merge requires map or sequence of maps as the value', one);
      }
      if (one.kind === 'alias')
        this.#throughAlias(one, (aliased) =>
          this.#nested(one, () => {
            fill(aliased);
          }),
        );
      else
        this.#nested(one, () => {
          fill(mapping);
        });
    };
    if (node.kind !== 'sequence') fillOne(node);
    // What is first in the list wins: first come in v3, last written in v2.
    else for (const one of this.#options.rules === 'v3' ? node.content : node.content.toReversed()) fillOne(one);
  }

  #duplicate(key: YamlNode, before: YamlNode) {
    return this.#fail(`mapping key ${JSON.stringify(key.value)} already defined at line ${String(before.line)}`, key);
  }

  /**
   * kustomize reads the outermost mapping into one whose keys are strings, where any scalar is taken by its text and
   * null is dropped; within it, keys must be strings by themselves.
   */
  #keyV3(node: YamlNode, isRoot: boolean): string | undefined {
    const key = node.kind === 'alias' ? (node.alias ?? node) : node;
    if (key.kind === 'scalar') {
      if (key.tag === '!!str' || key.tag === '!!merge') return key.value;
      // kustomize prints what it read and reads it again; an empty key is printed as ''.
      if (isBareScalar(key)) return '';
      if (isRoot) return this.#keyText(key);
      if (this.#options.keepsNonTextKeys) return key.value;
    }
    const shown = key.kind === 'scalar' ? `${key.tag} ${JSON.stringify(key.value)}` : `a ${key.kind}`;
    throw this.#fail(`keys must be strings, but ${shown} is none; quote it`, node);
  }

  #keyText(key: YamlNode): string | undefined {
    const result = scalarValue(key, 'v3');
    if (!result.ok) throw this.#fail(result.problem, key);
    if (result.value === null) return undefined;
    return result.tag === '!!binary' ? String(result.value) : key.value;
  }

  #keyV2(node: YamlNode): string {
    const scalar = node.kind === 'scalar' ? scalarValue(node, 'v2') : undefined;
    if (scalar?.ok === true && scalar.tag === '!!float') return formatFloat(Number(scalar.value), 'single');
    const key = this.#value(node, false);
    switch (typeof key) {
      case 'string':
        return key;
      case 'boolean':
      case 'bigint':
      case 'number':
        return String(key);
      default:
        throw this.#fail(`keys must be scalars that are not null`, node);
    }
  }

  #place(node: YamlNode) {
    return { source: this.#options.source, line: node.line, column: node.column };
  }

  #fail(problem: string, node: YamlNode) {
    return invalid(problem, this.#place(node));
  }
}

function sameKey(a: YamlNode, b: YamlNode): boolean {
  return a.value === b.value && a.kind === b.kind;
}

/** Whether a scalar is written as nothing at all. */
export function isBareScalar(node: YamlNode): boolean {
  return node.value === '' && node.style === 'plain' && !node.tagged;
}

function isMergeKey(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === '<<' && node.tag === '!!merge';
}

/** The first key of a mapping that stands in it before; undefined where each stands once. */
export function firstDuplicate({
  content,
}: YamlNode): { readonly key: YamlNode; readonly before: YamlNode } | undefined {
  if (content.length > 2 * FEW_KEYS) return firstOfMany(content);
  for (let i = 2; i < content.length; i += 2) {
    for (let j = 0; j < i; j += 2) {
      const key = content[i];
      const before = content[j];
      if (key !== undefined && before !== undefined && sameKey(key, before)) return { key, before };
    }
  }
  return undefined;
}

function firstOfMany(content: readonly YamlNode[]): ReturnType<typeof firstDuplicate> {
  const first = new Map<string, YamlNode>();
  for (let i = 0; i < content.length; i += 2) {
    const key = content[i];
    if (key === undefined) break;
    const name = `${key.kind} ${key.value}`;
    const before = first.get(name);
    if (before !== undefined) return { key, before };
    first.set(name, key);
  }
  return undefined;
}
