import { getKey, isJsonObject, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import type { Wish } from './attributes.ts';

/** A rule of a role. */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
  readonly nonResourceURLs: readonly string[];
}

const known = new WeakMap<KubernetesObject, readonly PolicyRule[]>();

/** The rules of a Role or ClusterRole, read once for each version of it. */
export function rulesOf(role: KubernetesObject): readonly PolicyRule[] {
  const found = known.get(role);
  if (found !== undefined) return found;
  const list = role['rules'];
  const rules = Array.isArray(list) ? (list as readonly JsonValue[]).filter(isJsonObject).map(readRule) : [];
  known.set(role, rules);
  return rules;
}

function readRule(rule: JsonObject): PolicyRule {
  const texts = (key: string): readonly string[] => {
    const list = getKey(rule, key);
    return Array.isArray(list) ? list.filter((entry) => typeof entry === 'string') : [];
  };
  return {
    verbs: texts('verbs'),
    apiGroups: texts('apiGroups'),
    resources: texts('resources'),
    resourceNames: texts('resourceNames'),
    nonResourceURLs: texts('nonResourceURLs'),
  };
}

/** A rule as JSON, without what is empty. */
export function ruleObject(rule: PolicyRule): JsonObject {
  return Object.fromEntries(Object.entries(rule).filter(([, list]: [string, readonly string[]]) => list.length > 0));
}

/** Whether a rule grants a wish. */
export function allows(rule: PolicyRule, wish: Wish): boolean {
  if (!has(rule.verbs, wish.verb)) return false;
  if (!wish.isResource) return rule.nonResourceURLs.some((url) => coversPath(url, wish.path));
  return (
    has(rule.apiGroups, wish.group) &&
    rule.resources.some((resource) => coversResource(resource, wish.resource, wish.subresource)) &&
    (rule.resourceNames.length === 0 || rule.resourceNames.includes(wish.name))
  );
}

/** Whether a list has an entry, or the star. */
function has(list: readonly string[], entry: string): boolean {
  return list.includes('*') || list.includes(entry);
}

function coversResource(pattern: string, resource: string, subresource: string): boolean {
  if (pattern === '*') return true;
  if (subresource === '') return pattern === resource;
  return pattern === `${resource}/${subresource}` || pattern === `*/${subresource}`;
}

/** Whether a path, or a pattern of paths, lies within a pattern of a rule: one that ends in `*` holds all below. */
export function coversPath(pattern: string, path: string): boolean {
  if (pattern === path || pattern === '*') return true;
  return pattern.endsWith('*') && path.startsWith(pattern.replace(/\*+$/, ''));
}
