import { deepEqual, getKey, getPath, type KubernetesObject } from '@capstan/object';
import { forbidden, notFound } from '../registry/api-status-error.ts';
import { metaText, withMeta } from '../registry/metadata.ts';
import type { Resource } from '../registry/resource.ts';
import type { Authorizer } from './authorizer.ts';
import { coversPath, rulesOf, type PolicyRule } from './policy-rule.ts';
import { roleReferenceOf } from './role-book.ts';
import { mayDoEverything, type User } from './user.ts';

const GROUP = 'rbac.authorization.k8s.io';

const FULL_AUTHORITY: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'], resourceNames: [], nonResourceURLs: [] },
  { verbs: ['*'], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: ['*'] },
];

/** A write of a role or binding that may give more than its writer has. */
export interface RoleWrite {
  readonly resource: Resource;
  readonly object: KubernetesObject;
  /** Undefined for a create. */
  readonly old: KubernetesObject | undefined;
  /** The name in the URL; '' for a POST. */
  readonly urlName: string;
  readonly user: User;
}

/**
 * Nobody gives what they do not have: a role may hold, and a binding may give, only what its writer may do, unless they
 * may `escalate` the role or `bind` it.
 * @throws ApiStatusError 403, 404 where a binding's role does not exist
 */
export function checkEscalation(authorizer: Authorizer, write: RoleWrite): void {
  const { resource, object, old, user } = write;
  if (resource.group !== GROUP || mayDoEverything(user)) return;
  if (old !== undefined && onlyGarbageFields(object, old)) return;
  switch (resource.resource) {
    case 'roles':
    case 'clusterroles':
      return checkRole(authorizer, write);
    case 'rolebindings':
    case 'clusterrolebindings':
      return checkBinding(authorizer, write);
    default:
  }
}

function checkRole(authorizer: Authorizer, { resource, object, old, urlName, user }: RoleWrite): void {
  const namespace = metaText(object, 'namespace');
  if (may(authorizer, user, 'escalate', resource.resource, namespace, urlName)) return;
  const name = metaText(object, 'name');
  const why = escalationBy(authorizer, user, namespace, rulesOf(object));
  if (why !== undefined) throw forbidden(resource, name, why);
  const gathers = gathersRules(object) || (old !== undefined && gathersRules(old));
  if (!gathers || escalationBy(authorizer, user, '', FULL_AUTHORITY) === undefined) return;
  throw forbidden(resource, name, 'must have cluster-admin privileges to use the aggregationRule');
}

function checkBinding(authorizer: Authorizer, { resource, object, user }: RoleWrite): void {
  const namespace = metaText(object, 'namespace');
  const role = roleReferenceOf(object);
  const roles = role.kind === 'Role' ? 'roles' : 'clusterroles';
  const isKnown = role.kind === 'Role' || role.kind === 'ClusterRole';
  if (isKnown && may(authorizer, user, 'bind', roles, namespace, role.name)) return;
  const rules = authorizer.roles.rulesOf(role, namespace);
  // The real server names the kind that is written here, though it is the role that it does not find.
  if (rules === undefined) throw notFound(resource, role.name);
  const why = escalationBy(authorizer, user, namespace, rules);
  if (why !== undefined) throw forbidden(resource, metaText(object, 'name'), why);
}

function may(
  authorizer: Authorizer,
  user: User,
  verb: string,
  resource: string,
  namespace: string,
  name: string,
): boolean {
  const wish = { isResource: true, verb, group: GROUP, resource, subresource: '', namespace, name } as const;
  return authorizer.decide(user, wish).allowed;
}

/** What rules would give a user beyond their own, in the server's words; undefined where they give nothing. */
function escalationBy(
  authorizer: Authorizer,
  user: User,
  namespace: string,
  rules: readonly PolicyRule[],
): string | undefined {
  const grants = authorizer.roles.grantsTo(user, namespace);
  const own = grants.flatMap((grant) => grant.rules);
  const lacking = rules.flatMap(brokenDown).filter((rule) => !own.some((each) => covers(each, rule)));
  if (lacking.length === 0) return undefined;
  const lines = [...new Set(compacted(lacking).map(compactText))].sort();
  const who = `user ${JSON.stringify(user.name)} (groups=${goList(user.groups)})`;
  const message = `${who} is attempting to grant RBAC permissions not currently held:\n${lines.join('\n')}`;
  const missing = grants.flatMap((grant) => grant.missing ?? []);
  return missing.length === 0 ? message : `${message}; resolution errors: [${missing.join(', ')}]`;
}

/** Rules of one verb, resource and name each, which together say the same. */
function* brokenDownParts(rule: PolicyRule): Generator<PolicyRule> {
  const names = rule.resourceNames.length === 0 ? [undefined] : rule.resourceNames;
  for (const group of rule.apiGroups) {
    for (const resource of rule.resources) {
      for (const verb of rule.verbs) {
        for (const name of names) {
          const resourceNames = name === undefined ? [] : [name];
          yield { verbs: [verb], apiGroups: [group], resources: [resource], resourceNames, nonResourceURLs: [] };
        }
      }
    }
  }
  for (const url of rule.nonResourceURLs) {
    for (const verb of rule.verbs) {
      yield { verbs: [verb], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: [url] };
    }
  }
}

function brokenDown(rule: PolicyRule): readonly PolicyRule[] {
  return [...brokenDownParts(rule)];
}

function covers(own: PolicyRule, wanted: PolicyRule): boolean {
  const within = (list: readonly string[], entries: readonly string[]): boolean =>
    entries.every((entry) => list.includes(entry));
  return (
    (own.verbs.includes('*') || within(own.verbs, wanted.verbs)) &&
    (own.apiGroups.includes('*') || within(own.apiGroups, wanted.apiGroups)) &&
    (own.resources.includes('*') || wanted.resources.every((resource) => coversResource(own.resources, resource))) &&
    wanted.nonResourceURLs.every((url) => own.nonResourceURLs.some((pattern) => coversPath(pattern, url))) &&
    (own.resourceNames.length === 0 ||
      (wanted.resourceNames.length > 0 && within(own.resourceNames, wanted.resourceNames)))
  );
}

function coversResource(own: readonly string[], resource: string): boolean {
  if (own.includes(resource)) return true;
  const slash = resource.indexOf('/');
  return slash >= 0 && own.includes(`*/${resource.slice(slash + 1)}`);
}

/** Rules that differ in nothing but their verbs are told as one. */
function compacted(rules: readonly PolicyRule[]): readonly PolicyRule[] {
  const simple = new Map<string, PolicyRule>();
  const others: PolicyRule[] = [];
  for (const rule of rules) {
    if (rule.nonResourceURLs.length > 0) {
      others.push(rule);
      continue;
    }
    const key = JSON.stringify([rule.apiGroups, rule.resources, rule.resourceNames]);
    const known = simple.get(key);
    simple.set(key, known === undefined ? rule : { ...known, verbs: [...known.verbs, ...rule.verbs] });
  }
  return [...others, ...simple.values()];
}

function compactText(rule: PolicyRule): string {
  const parts: readonly (readonly [string, readonly string[]])[] = [
    ['APIGroups', rule.apiGroups],
    ['Resources', rule.resources],
    ['NonResourceURLs', rule.nonResourceURLs],
    ['ResourceNames', rule.resourceNames],
    ['Verbs', rule.verbs],
  ];
  const shown = parts.filter(([, list]) => list.length > 0).map(([name, list]) => `${name}:${goList(list)}`);
  return `{${shown.join(', ')}}`;
}

/** A list of strings as Go's %q prints it. */
function goList(list: readonly string[]): string {
  return `[${list.map((entry) => JSON.stringify(entry)).join(' ')}]`;
}

function gathersRules(role: KubernetesObject): boolean {
  const selectors = getPath(role, 'aggregationRule', 'clusterRoleSelectors');
  return Array.isArray(selectors) && selectors.length > 0;
}

/** Whether a change is one that the garbage collector makes on the way to a deletion. */
function onlyGarbageFields(object: KubernetesObject, old: KubernetesObject): boolean {
  const keys = ['ownerReferences', 'finalizers', 'managedFields', 'selfLink'];
  return deepEqual(withMeta(object, Object.fromEntries(keys.map((key) => [key, getKey(old.metadata, key)]))), old);
}
