import { apiVersionOf, type Resource } from './resource.ts';

/** A group as discovery lists it: its versions, the preferred one first, each with its resources. */
export interface GroupEntry {
  readonly name: string;
  readonly versions: readonly { readonly version: string; readonly resources: readonly Resource[] }[];
}

/** Every resource that is served at the moment: the built-in ones, and those of established CRDs. */
export class ResourceRegistry {
  readonly #byPath = new Map<string, Resource>();
  readonly #byCollection = new Map<string, Resource>();
  #groups: readonly GroupEntry[];
  #custom = new Map<string, readonly Resource[]>();
  #customGroups: readonly GroupEntry[] = [];
  #generation = 0;

  constructor(builtin: readonly GroupEntry[]) {
    this.#groups = builtin;
    for (const group of builtin) {
      for (const version of group.versions) for (const resource of version.resources) this.#add(resource);
    }
  }

  /** Grows with each change of the set: a key for what is derived from it. */
  get generation(): number {
    return this.#generation;
  }

  find(group: string, version: string, resource: string): Resource | undefined {
    return this.#byPath.get(`${group}/${version}/${resource}`);
  }

  /** The resource that keeps its objects in `collection`, in its preferred version. */
  ofCollection(collection: string): Resource | undefined {
    return this.#byCollection.get(collection);
  }

  /** One resource for each collection. */
  collections(): readonly Resource[] {
    return [...this.#byCollection.values()];
  }

  /** A kind's resource in one version. */
  byKind(apiVersion: string, kind: string): Resource | undefined {
    for (const resource of this.#byPath.values()) {
      if (resource.kind === kind && apiVersionOf(resource) === apiVersion) return resource;
    }
    return undefined;
  }

  hasGroupVersion(group: string, version: string): boolean {
    return this.groups().some(
      (entry) => entry.name === group && entry.versions.some((served) => served.version === version),
    );
  }

  groups(): readonly GroupEntry[] {
    return [...this.#groups, ...this.#customGroups];
  }

  /** Serves the versions of a CRD, the preferred one first; an empty list stops serving them. */
  setCustom(definition: string, versions: readonly Resource[]): void {
    for (const resource of this.#custom.get(definition) ?? []) {
      this.#byPath.delete(`${resource.group}/${resource.version}/${resource.resource}`);
      this.#byCollection.delete(resource.collection);
    }
    if (versions.length === 0) this.#custom.delete(definition);
    else this.#custom.set(definition, versions);
    for (const resource of versions) this.#add(resource);
    this.#customGroups = groupsOf([...this.#custom.values()].flat());
    this.#generation++;
  }

  #add(resource: Resource): void {
    this.#byPath.set(`${resource.group}/${resource.version}/${resource.resource}`, resource);
    if (!this.#byCollection.has(resource.collection)) this.#byCollection.set(resource.collection, resource);
  }
}

function groupsOf(resources: readonly Resource[]): readonly GroupEntry[] {
  const groups = new Map<string, Map<string, Resource[]>>();
  for (const resource of resources) {
    const versions = groups.get(resource.group) ?? new Map<string, Resource[]>();
    groups.set(resource.group, versions);
    versions.set(resource.version, [...(versions.get(resource.version) ?? []), resource]);
  }
  return [...groups].sort(byName).map(([name, versions]) => ({
    name,
    versions: [...versions]
      .sort(([a], [b]) => compareVersions(a, b))
      .map(([version, served]) => ({ version, resources: served.sort((a, b) => (a.resource < b.resource ? -1 : 1)) })),
  }));
}

function byName(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : 1;
}

/** Orders versions as Kubernetes prefers them: v2, v1, v1beta2, v1beta1, v1alpha1, then any other by name. */
export function compareVersions(a: string, b: string): number {
  const left = rank(a);
  const right = rank(b);
  if (left === undefined || right === undefined) {
    return left === right ? (a < b ? -1 : a > b ? 1 : 0) : left === undefined ? 1 : -1;
  }
  return right.stability - left.stability || right.major - left.major || right.minor - left.minor;
}

function rank(version: string): { stability: number; major: number; minor: number } | undefined {
  const [, major = '', stage = '', minor = ''] = /^v([1-9]\d*)(?:(alpha|beta)([1-9]\d*))?$/.exec(version) ?? [];
  if (major === '') return undefined;
  return { stability: stage === '' ? 3 : stage === 'beta' ? 2 : 1, major: Number(major), minor: Number(minor) };
}
