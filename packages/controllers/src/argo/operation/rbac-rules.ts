import { isJsonObject, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';

// What a role allows and a binding binds. Source: kubernetes/component-helpers auth/rbac/validation and reconciliation.

/** A rule of a role: lists of texts. */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
  readonly nonResourceURLs: readonly string[];
}

/** Somebody whom a binding names. */
export interface Subject {
  readonly kind: string;
  readonly apiGroup: string;
  readonly name: string;
  readonly namespace: string;
}

const RBAC_GROUP = 'rbac.authorization.k8s.io';

/** The rules of a role. */
export function rulesOf(role: KubernetesObject): readonly PolicyRule[] {
  return entriesOf(role['rules']).map((rule) => ({
    verbs: textsOf(rule['verbs']),
    apiGroups: textsOf(rule['apiGroups']),
    resources: textsOf(rule['resources']),
    resourceNames: textsOf(rule['resourceNames']),
    nonResourceURLs: textsOf(rule['nonResourceURLs']),
  }));
}

/** The rules that `wanted` has and `own` does not cover, each for one verb on one thing. */
export function missingRules(own: readonly PolicyRule[], wanted: readonly PolicyRule[]): readonly PolicyRule[] {
  return wanted.flatMap(singleRules).filter((single) => !own.some((rule) => covers(rule, single)));
}

/** A rule as it stands in a role: without its empty lists. */
export function ruleObject(rule: PolicyRule): JsonObject {
  return Object.fromEntries(Object.entries<readonly string[]>({ ...rule }).filter(([, list]) => list.length > 0));
}

/** A rule as Go prints the struct. */
export function ruleText(rule: PolicyRule): string {
  const list = (values: readonly string[]): string => `[${values.join(' ')}]`;
  return `{Verbs:${list(rule.verbs)} APIGroups:${list(rule.apiGroups)} Resources:${list(rule.resources)} ResourceNames:${list(rule.resourceNames)} NonResourceURLs:${list(rule.nonResourceURLs)}}`;
}

/** The subjects of a binding. */
export function subjectsOf(binding: KubernetesObject): readonly Subject[] {
  return entriesOf(binding['subjects']).map((subject) => ({
    kind: textOf(subject['kind']),
    apiGroup: textOf(subject['apiGroup']),
    name: textOf(subject['name']),
    namespace: textOf(subject['namespace']),
  }));
}

/** The subjects that `wanted` has and `own` has not, once each. */
export function missingSubjects(own: readonly Subject[], wanted: readonly Subject[]): readonly Subject[] {
  const known = new Set(own.map(subjectKey));
  return wanted.filter((subject) => {
    const key = subjectKey(subject);
    const isMissing = !known.has(key);
    known.add(key);
    return isMissing;
  });
}

/** A subject as it stands in a binding. */
export function subjectObject(subject: Subject): JsonObject {
  return Object.fromEntries(Object.entries(subject).filter(([, value]) => value !== ''));
}

/** A subject as Go prints the struct. */
export function subjectText({ kind, apiGroup, name, namespace }: Subject): string {
  return `{Kind:${kind} APIGroup:${apiGroup} Name:${name} Namespace:${namespace}}`;
}

/** What a binding binds to, as one text: the group that the server would set counts where none is said. */
export function roleRefOf(binding: KubernetesObject): string {
  const ref = binding['roleRef'];
  if (!isJsonObject(ref)) return '';
  const group = textOf(ref['apiGroup']);
  return [group === '' ? RBAC_GROUP : group, textOf(ref['kind']), textOf(ref['name'])].join('/');
}

// Users and groups are of this group where none is said: the server sets it.
function subjectKey({ kind, apiGroup, name, namespace }: Subject): string {
  const group = apiGroup === '' && kind !== 'ServiceAccount' ? RBAC_GROUP : apiGroup;
  return JSON.stringify([kind, group, name, namespace]);
}

function singleRules(rule: PolicyRule): readonly PolicyRule[] {
  const none = { apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: [] };
  const names = rule.resourceNames.length === 0 ? [[]] : rule.resourceNames.map((name) => [name]);
  const onResources = rule.apiGroups.flatMap((group) =>
    rule.resources.flatMap((resource) =>
      rule.verbs.flatMap((verb) =>
        names.map((resourceNames) => ({
          ...none,
          ...{ verbs: [verb], apiGroups: [group], resources: [resource], resourceNames },
        })),
      ),
    ),
  );
  const onAddresses = rule.nonResourceURLs.flatMap((url) =>
    rule.verbs.map((verb) => ({ ...none, verbs: [verb], nonResourceURLs: [url] })),
  );
  return [...onResources, ...onAddresses];
}

/** Whether a rule allows all that another one, for one verb on one thing, allows. */
function covers(rule: PolicyRule, single: PolicyRule): boolean {
  const holds = (own: readonly string[], wanted: readonly string[]): boolean =>
    own.includes('*') || wanted.every((one) => own.includes(one));
  return (
    holds(rule.verbs, single.verbs) &&
    holds(rule.apiGroups, single.apiGroups) &&
    (holds(rule.resources, single.resources) || single.resources.every((one) => coversSubresource(rule, one))) &&
    single.nonResourceURLs.every((url) => rule.nonResourceURLs.some((own) => coversAddress(own, url))) &&
    (rule.resourceNames.length === 0 ||
      (single.resourceNames.length > 0 && single.resourceNames.every((name) => rule.resourceNames.includes(name))))
  );
}

function coversSubresource({ resources }: PolicyRule, path: string): boolean {
  if (resources.includes(path)) return true;
  const slash = path.indexOf('/');
  return slash >= 0 && resources.includes(`*/${path.slice(slash + 1)}`);
}

function coversAddress(own: string, address: string): boolean {
  return own === address || (own.endsWith('*') && address.startsWith(own.replace(/\*+$/, '')));
}

function entriesOf(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter(isJsonObject) : [];
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter((one) => typeof one === 'string') : [];
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
