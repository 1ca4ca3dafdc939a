import { getPath, isJsonObject, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import { metaText } from '../registry/metadata.ts';
import { objectKey, type Change } from '../store/collection.ts';
import type { Store } from '../store/store.ts';
import { rulesOf, type PolicyRule } from './policy-rule.ts';
import { accountUserName, type User } from './user.ts';

const GROUP = 'rbac.authorization.k8s.io';
const ROLES = `${GROUP}/roles`;
const CLUSTER_ROLES = `${GROUP}/clusterroles`;
const ROLE_BINDINGS = `${GROUP}/rolebindings`;
const CLUSTER_ROLE_BINDINGS = `${GROUP}/clusterrolebindings`;
const COLLECTIONS = new Set([ROLES, CLUSTER_ROLES, ROLE_BINDINGS, CLUSTER_ROLE_BINDINGS]);

/** So many answers of `grantsTo` are remembered between two changes of roles or bindings. */
const REMEMBERED = 512;

/** What a binding gives: rules, or why there are none. */
export interface Grant {
  readonly rules: readonly PolicyRule[];
  /** Set where the role does not exist. */
  readonly missing: string | undefined;
  /** How the real server describes the binding: `RoleBinding "a/ns" of Role "b" to User "c"`. */
  source(): string;
}

/** A binding that applies, and the first of its subjects that does. */
interface Applied {
  readonly binding: KubernetesObject;
  readonly subject: number;
}

/** A role that a binding refers to. */
export interface RoleReference {
  readonly kind: string;
  readonly name: string;
}

/** All bindings by subject, kept up to date by each write, and the roles behind them. */
export class RoleBook {
  readonly #store: Store;
  /** Bindings by namespace ('' for the cluster), subject and name. */
  readonly #bindings = new Map<string, Map<string, Map<string, Applied>>>();
  readonly #remembered = new Map<string, readonly Grant[]>();

  constructor(store: Store) {
    this.#store = store;
    for (const id of [CLUSTER_ROLE_BINDINGS, ROLE_BINDINGS]) {
      for (const stored of store.collection(id).list()) this.#add(stored.object);
    }
    store.observe((change) => this.#follow(change));
  }

  /** What a user is given in a namespace; '' asks for what holds in the whole cluster alone. */
  grantsTo(user: User, namespace: string): readonly Grant[] {
    const key = JSON.stringify([namespace, user.name, user.groups]);
    const remembered = this.#remembered.get(key);
    if (remembered !== undefined) return remembered;
    const grants = [
      ...this.#applied(user, '').map((applied) => this.#grant(applied, '')),
      ...(namespace === '' ? [] : this.#applied(user, namespace).map((applied) => this.#grant(applied, namespace))),
    ];
    if (this.#remembered.size >= REMEMBERED) this.#remembered.clear();
    this.#remembered.set(key, grants);
    return grants;
  }

  /** The rules of a role; undefined where there is none. */
  rulesOf(reference: RoleReference, namespace: string): readonly PolicyRule[] | undefined {
    const role = this.#role(reference, namespace);
    return role === undefined ? undefined : rulesOf(role);
  }

  #role({ kind, name }: RoleReference, namespace: string): KubernetesObject | undefined {
    if (kind === 'Role') return this.#store.collection(ROLES).get(objectKey(namespace, name))?.object;
    if (kind === 'ClusterRole') return this.#store.collection(CLUSTER_ROLES).get(objectKey('', name))?.object;
    return undefined;
  }

  #grant({ binding, subject }: Applied, namespace: string): Grant {
    const reference = roleReferenceOf(binding);
    const role = this.#role(reference, namespace);
    return {
      rules: role === undefined ? [] : rulesOf(role),
      missing: role === undefined ? missing(reference) : undefined,
      source: () => describe(binding, reference, subjectsOf(binding)[subject]),
    };
  }

  #applied(user: User, namespace: string): readonly Applied[] {
    const subjects = this.#bindings.get(namespace);
    if (subjects === undefined) return [];
    const found = new Map<string, Applied>();
    for (const key of [`u:${user.name}`, ...user.groups.map((group) => `g:${group}`)]) {
      for (const [name, applied] of subjects.get(key) ?? []) {
        const known = found.get(name);
        if (known === undefined || applied.subject < known.subject) found.set(name, applied);
      }
    }
    return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, applied]) => applied);
  }

  #follow({ collection, type, current, previous }: Change): void {
    if (!COLLECTIONS.has(collection)) return;
    this.#remembered.clear();
    if (collection !== ROLE_BINDINGS && collection !== CLUSTER_ROLE_BINDINGS) return;
    if (previous !== undefined) this.#remove(previous.object);
    if (type !== 'DELETED') this.#add(current.object);
  }

  #add(binding: KubernetesObject): void {
    const namespace = metaText(binding, 'namespace');
    const subjects = this.#bindings.get(namespace) ?? new Map<string, Map<string, Applied>>();
    this.#bindings.set(namespace, subjects);
    for (const [index, subject] of subjectsOf(binding).entries()) {
      const key = subjectKey(subject, namespace);
      if (key === undefined) continue;
      const bindings = subjects.get(key) ?? new Map<string, Applied>();
      subjects.set(key, bindings);
      const name = metaText(binding, 'name');
      if (!bindings.has(name)) bindings.set(name, { binding, subject: index });
    }
  }

  #remove(binding: KubernetesObject): void {
    const namespace = metaText(binding, 'namespace');
    const subjects = this.#bindings.get(namespace);
    if (subjects === undefined) return;
    for (const subject of subjectsOf(binding)) {
      const key = subjectKey(subject, namespace);
      const bindings = key === undefined ? undefined : subjects.get(key);
      if (key === undefined || bindings === undefined) continue;
      bindings.delete(metaText(binding, 'name'));
      if (bindings.size === 0) subjects.delete(key);
    }
    if (subjects.size === 0) this.#bindings.delete(namespace);
  }
}

/** The role that a binding refers to. */
export function roleReferenceOf(binding: KubernetesObject): RoleReference {
  return { kind: text(getPath(binding, 'roleRef', 'kind')), name: text(getPath(binding, 'roleRef', 'name')) };
}

function subjectsOf(binding: KubernetesObject): readonly JsonObject[] {
  const subjects = binding['subjects'];
  return Array.isArray(subjects) ? (subjects as readonly JsonValue[]).filter(isJsonObject) : [];
}

/** A service account without a namespace is one of the binding's own, and nobody's in a cluster's. */
function subjectKey(subject: JsonObject, bindingNamespace: string): string | undefined {
  const name = text(subject['name']);
  switch (subject['kind']) {
    case 'User':
      return `u:${name}`;
    case 'Group':
      return `g:${name}`;
    case 'ServiceAccount': {
      const own = text(subject['namespace']);
      const namespace = own === '' ? bindingNamespace : own;
      return namespace === '' ? undefined : `u:${accountUserName(namespace, name)}`;
    }
    default:
      return undefined;
  }
}

function missing({ kind, name }: RoleReference): string {
  if (kind !== 'Role' && kind !== 'ClusterRole') return `unsupported role reference kind: ${JSON.stringify(kind)}`;
  return `${kind.toLowerCase()}.${GROUP} ${JSON.stringify(name)} not found`;
}

function describe(binding: KubernetesObject, role: RoleReference, subject: JsonObject | undefined): string {
  const namespace = metaText(binding, 'namespace');
  const name = metaText(binding, 'name');
  const shown = JSON.stringify(namespace === '' ? name : `${name}/${namespace}`);
  const whom = describeSubject(subject ?? {}, namespace);
  return `${binding.kind} ${shown} of ${role.kind} ${JSON.stringify(role.name)} to ${whom}`;
}

function describeSubject(subject: JsonObject, bindingNamespace: string): string {
  const kind = text(subject['kind']);
  const name = text(subject['name']);
  if (kind !== 'ServiceAccount') return `${kind} ${JSON.stringify(name)}`;
  const own = text(subject['namespace']);
  return `${kind} ${JSON.stringify(`${name}/${own === '' ? bindingNamespace : own}`)}`;
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
