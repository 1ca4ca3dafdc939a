import { putText } from './generator.ts';
import { isJsonObject } from '@capstan/object';
import { readConfigFile } from './documents.ts';
import { invalid } from './problem.ts';
import { field, isMapping, setField, textField, type Mapping } from './value.ts';
import { formatId, idKey, type ResourceId } from './resource-id.ts';
import type { Resource } from './resource.ts';

/** The resources of a build, in order, no two with one id. */
export class ResourceMap {
  list: Resource[] = [];
  /** Whether something has been put into objects since their ids were compared, so that two may have one. */
  mayClash = false;

  /** One text for each id that is taken now. */
  takenIds(): Set<string> {
    return new Set(this.list.map(({ id }) => idKey(id)));
  }

  /**
   * Adds resources; throws RENDER_INVALID for an id that is taken. Whoever adds many times and changes nothing between
   * passes the same `taken` each time.
   */
  append(resources: readonly Resource[], taken = this.takenIds()): void {
    for (const resource of resources) {
      const key = idKey(resource.id);
      if (taken.has(key)) {
        throw invalid(`may not add resource with an already registered id: ${formatId(resource.id)}`, {
          path: resource.place.path,
        });
      }
      taken.add(key);
      this.list.push(resource);
    }
  }

  /** Adds what a generator made: new ones, or merged into or in place of those that are there. */
  absorb(resources: readonly Resource[]): void {
    for (const resource of resources) {
      const matches = this.byAnyId(resource.id);
      const [old] = matches;
      if (old === undefined) this.absorbNew(resource);
      else if (matches.length > 1) {
        throw invalid(`found multiple objects that could accept merge of ${formatId(resource.id)}`);
      } else this.absorbInto(resource, old);
    }
  }

  private absorbNew(resource: Resource): void {
    if (resource.behavior === 'merge' || resource.behavior === 'replace') {
      throw invalid(`id ${formatId(resource.id)} does not exist; cannot merge or replace`);
    }
    this.list.push(resource);
  }

  private absorbInto(resource: Resource, old: Resource): void {
    if (resource.behavior === 'replace') resource.inherit(old);
    else if (resource.behavior === 'merge') {
      resource.inherit(old);
      mergeData(resource, old, 'data');
      mergeData(resource, old, 'binaryData');
      checkWrittenOrigin(old);
      resource.origin = old.origin ?? resource.origin;
    } else {
      throw invalid(
        `id ${formatId(resource.id)} exists; can not use behavior: '${resource.behavior ?? 'unspecified'}', behavior must be merge or replace`,
      );
    }
    this.list[this.list.indexOf(old)] = resource;
  }

  /** Resources that have or had an id. */
  byAnyId(id: ResourceId): Resource[] {
    const key = idKey(id);
    const { name } = id;
    // Names are compared first: building ids costs many times as much.
    return this.list.filter(
      (resource) =>
        (resource.name === name || resource.previous.some((former) => former.name === name)) &&
        !resource.isEmpty &&
        (idKey(resource.id) === key || resource.previousIds.some((former) => idKey(former) === key)),
    );
  }

  /** Resources of which the present id or one of the former ones passes. */
  where(matches: (id: ResourceId) => boolean): Resource[] {
    return this.list.filter(
      (resource) => !resource.isEmpty && (matches(resource.id) || resource.previousIds.some(matches)),
    );
  }

  /** The one resource that a patch without a target is for. */
  patchTarget(id: ResourceId): Resource {
    const matches = this.byAnyId(id);
    const [only] = matches;
    if (only !== undefined && matches.length === 1) return only;
    const how = matches.length > 1 ? 'multiple' : 'no';
    throw invalid(`${how} matches for Id ${formatId(id)}; failed to find unique target for patch ${formatId(id)}`);
  }

  /** Throws RENDER_INVALID where two resources have one id. */
  checkIds(): void {
    const list = this.list;
    this.list = [];
    this.mayClash = false;
    this.append(list);
  }

  /** Drops what a patch has deleted. */
  dropEmpty(): void {
    if (this.list.some((resource) => resource.isEmpty)) this.list = this.list.filter((resource) => !resource.isEmpty);
  }
}

function mergeData(into: Resource, from: Resource, name: 'data' | 'binaryData'): void {
  const merged: Mapping = {};
  for (const source of [from, into]) {
    const data = field(source.object, name);
    if (isMapping(data)) for (const key of Object.keys(data)) putText(merged, key, textField(data, key));
  }
  setField(into.object, name, Object.keys(merged).length === 0 ? undefined : merged);
}

const ORIGIN = 'config.kubernetes.io/origin';

/** Kustomize reads the origin of what a generator merges into, even where somebody has written it. */
function checkWrittenOrigin(resource: Resource): void {
  const written = resource.texts('annotations')[ORIGIN];
  if (written === undefined || resource.origin !== undefined) return;
  const { path } = resource.place;
  const value = readConfigFile(written, path);
  if (value !== null && !isJsonObject(value)) {
    throw invalid(`${path}: the annotation ${ORIGIN} of ${resource.kind} ${resource.name} is no origin`, { path });
  }
}
